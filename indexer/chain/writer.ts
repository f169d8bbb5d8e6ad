import { z } from 'zod';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import type { RpcProvider } from './devnet/rpc.ts';
import { ContractRevert, toContractRevert } from './revert.ts';
import type { Publication } from './signedcalls.ts';

export interface Mined {
  readonly txHash: string;
  readonly blockNumber: number;
}

/**
 * Writes that act for a wallet; each resolves once it is mined.
 * @throws {ContractRevert} the contract's own refusal, before anything is sent where that can be known.
 */
export interface ContractWriter {
  /** The address written to. */
  readonly contract: string;
  publish(creator: string, publication: Publication): Promise<Mined>;
  registerStream(provider: string, contentId: string, url: string): Promise<Mined>;
  updateStream(provider: string, contentId: string, url: string): Promise<Mined>;
  /** @param at another deployment, where the stream is at an older one. */
  deregisterStream(provider: string, contentId: string, at?: string): Promise<Mined>;
}

/** The transaction was sent and no block has taken it up within the time that one needs. */
export class NotMined extends Error {
  override readonly name = 'NotMined';
  readonly retryable = true;
  readonly txHash: string;

  constructor(txHash: string) {
    super(`Transaction ${txHash} is sent, but no block holds it yet.`);
    this.txHash = txHash;
  }
}

const ABI = StreamHost__factory.createInterface();
const receiptSchema = z.object({ status: z.string(), blockNumber: z.string() });

/** Gas costs these wallets nothing (decision 0010), so they get room instead of an estimate. */
const GAS_LIMIT = '0x989680';
const POLL_MS = 20;

/**
 * Acts for any wallet without its signature, on the embedded development chain only: through its door, by
 * impersonation, at gas price 0, so the wallet's balance stays as it is.
 */
export function createUnsignedWriter({
  provider: door,
  address: contract,
  patienceMs = 30_000,
}: {
  provider: RpcProvider;
  address: string;
  /** How long a write waits for its block before it rejects with NotMined. */
  patienceMs?: number;
}): ContractWriter {
  const impersonated = new Map<string, Promise<unknown>>();

  async function write(from: string, data: string, to = contract): Promise<Mined> {
    const call = { from, to, data };
    await simulate(call, 'latest');
    await impersonate(from);
    const txHash = z
      .string()
      .parse(await ask('eth_sendTransaction', { ...call, gas: GAS_LIMIT, gasPrice: '0x0' }));
    const receipt = await mined(txHash);
    if (receipt.status === '0x1') return { txHash, blockNumber: Number(receipt.blockNumber) };
    // Something else came in between: on what it left, the same call says why.
    await simulate(call, receipt.blockNumber);
    throw new ContractRevert('UnknownError', {}, '0x');
  }

  async function simulate(call: object, block: string): Promise<void> {
    await ask('eth_call', call, block).catch((error: unknown) => {
      throw toContractRevert(ABI, error) ?? error;
    });
  }

  function impersonate(account: string): Promise<unknown> {
    const key = account.toLowerCase();
    const asked = impersonated.get(key) ?? ask('hardhat_impersonateAccount', key);
    impersonated.set(key, asked);
    asked.catch(() => impersonated.delete(key));
    return asked;
  }

  /** At once as a rule; only where mining was switched off by hand does it wait. */
  async function mined(txHash: string): Promise<z.infer<typeof receiptSchema>> {
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline; ) {
      const receipt = await ask('eth_getTransactionReceipt', txHash);
      if (receipt !== null) return receiptSchema.parse(receipt);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new NotMined(txHash);
  }

  function ask(method: string, ...params: unknown[]): Promise<unknown> {
    return door.request({ method, params });
  }

  return {
    contract,
    publish: async (creator, publication) =>
      await write(creator, ABI.encodeFunctionData('publish', [{ ...publication }])),
    registerStream: async (provider, contentId, url) =>
      await write(provider, ABI.encodeFunctionData('registerStream', [contentId, url])),
    updateStream: async (provider, contentId, url) =>
      await write(provider, ABI.encodeFunctionData('updateStream', [contentId, url])),
    deregisterStream: async (provider, contentId, at) =>
      await write(provider, ABI.encodeFunctionData('deregisterStream', [contentId]), at),
  };
}
