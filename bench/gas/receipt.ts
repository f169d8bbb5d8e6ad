import type { ContractTransactionResponse } from 'ethers';

/** Gas of a whole receipt. Throws where the transaction fails. */
export async function gasOf(sent: Promise<ContractTransactionResponse>): Promise<number> {
  const receipt = await (await sent).wait();
  return Number(receipt?.gasUsed);
}
