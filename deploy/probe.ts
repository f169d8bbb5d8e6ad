import { isError, type Provider } from 'ethers';
import { DeployError } from './context.ts';

/** TSTORE 1 to slot 0, MCOPY 32 bytes, return nothing; sent as creation code, so no contract is needed. */
const TSTORE_AND_MCOPY = '0x60015f5d60205f60205e5f5ff3';

/** Throws DeployError unless the chain knows TSTORE and MCOPY, which the contracts' code is made of. */
export async function requireCancun(provider: Provider): Promise<void> {
  try {
    await provider.call({ data: TSTORE_AND_MCOPY });
  } catch (cause) {
    if (!isError(cause, 'CALL_EXCEPTION')) throw cause;
    throw new DeployError('This chain does not know TSTORE and MCOPY: it needs the rules of Cancun (2024).', {
      cause,
    });
  }
}
