import { z } from 'zod';
import { RetryableError } from '../../lib/errors.ts';
import { pollUntil } from '../../lib/poll-until.ts';
import type { Eip1193Provider } from '../../rpc/rpc.ts';
import { SignatureRequired } from './call-errors.ts';
import type { CallCheck } from './call-status.ts';
import { ContractRevert, toContractRevert } from './revert.ts';
import { type Authorization, calldataOf, type WalletCall } from './wallet-calls.ts';

export interface Mined {
  readonly txHash: string;
  readonly blockNumber: number;
}

/** What is to be brought about on chain, by calls that each act for one wallet. */
export interface Wanted {
  /** Unsigned all of them are made, in order; signed the one that the signature is for. */
  readonly calls: readonly WalletCall[];
  /**
   * What the same request may have been signed as when the chain stood differently: known by its signature, so that
   * repeating a request that has done its work is no mistake.
   */
  readonly earlier?: readonly WalletCall[];
}

/** The wallet's own word, and where it comes from. */
export interface CallSignature extends Authorization {
  /** Of the client that brings it; `operator` for the host itself: what is spent for it is counted. */
  readonly clientIp: string;
  /** For whom gas is spent, where that is not the account itself. */
  readonly beneficiary?: string;
}

/** The way onto the chain. */
export interface ContractWriter {
  /** The deployment written to. */
  readonly contract: string;
  /** Acts for any wallet without its signature. */
  readonly unsigned: boolean;
  /**
   * Does what is wanted, once, however often and from wherever it is asked for.
   * @returns the last block written, or `null` where all of it stood already.
   * @throws {ContractRevert} the contract's own refusal, before anything is sent where that can be known;
   *   {SignatureRequired}, {SignatureRefused}, {RelayRefused}, {RelayPending}, {NotMined}
   */
  write(wanted: Wanted, signed?: CallSignature): Promise<Mined | null>;
}

/** Submits what wallets have signed. */
export interface Relay {
  /** Whether what this wallet signs would be submitted. */
  accepts(account: string): boolean;
  /** @throws as `ContractWriter.write` */
  submit(wanted: Wanted, signed: CallSignature): Promise<Mined | null>;
}

/** @param unsigned `null` where only a wallet itself can act for it. */
export function createWriter({
  contract,
  unsigned,
  relay,
  check,
}: {
  contract: string;
  unsigned: UnsignedDoor | null;
  relay: Relay;
  check: Pick<CallCheck, 'isDone'>;
}): ContractWriter {
  return {
    contract,
    unsigned: unsigned !== null,
    async write(wanted, signed) {
      if (signed) return await relay.submit(wanted, signed);
      const { calls } = wanted;
      if (unsigned === null) throw new SignatureRequired(calls, relay.accepts(calls[0]?.account ?? ''));
      let mined: Mined | null = null;
      for (const call of calls) if (!(await check.isDone(call))) mined = await unsigned(call);
      return mined;
    },
  };
}

/** Makes a call for its account without asking it. */
export type UnsignedDoor = (call: WalletCall) => Promise<Mined>;

/** The transaction was sent and no block has taken it up within the time that one needs. */
export class NotMined extends RetryableError {
  readonly txHash: string;

  constructor(txHash: string) {
    super(`Transaction ${txHash} is sent, but no block holds it yet.`);
    this.txHash = txHash;
  }
}

const receiptSchema = z.object({ status: z.string(), blockNumber: z.string() });

/** Gas costs these wallets nothing (decision 0010), so they get room instead of an estimate. */
const GAS_LIMIT = '0x989680';
const POLL_MS = 20;

/**
 * Acts for any wallet without its signature, on the embedded development chain only: through its door, by
 * impersonation, at gas price 0, so the wallet's balance stays as it is.
 */
export function createUnsignedDoor({
  provider: door,
  patienceMs = 30_000,
}: {
  provider: Eip1193Provider;
  /** How long a write waits for its block before it rejects with NotMined. */
  patienceMs?: number;
}): UnsignedDoor {
  const impersonated = new Map<string, Promise<unknown>>();

  async function simulate(call: object, block: string): Promise<void> {
    await ask('eth_call', call, block).catch((error: unknown) => {
      throw toContractRevert(error) ?? error;
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
    const look = () => ask('eth_getTransactionReceipt', txHash);
    const receipt = await pollUntil(look, { everyMs: POLL_MS, timeoutMs: patienceMs });
    if (receipt === null) throw new NotMined(txHash);
    return receiptSchema.parse(receipt);
  }

  function ask(method: string, ...params: unknown[]): Promise<unknown> {
    return door.request({ method, params });
  }

  return async (call) => {
    const transaction = { from: call.account, to: call.contract, data: calldataOf(call) };
    await simulate(transaction, 'latest');
    await impersonate(call.account);
    const sent = await ask('eth_sendTransaction', { ...transaction, gas: GAS_LIMIT, gasPrice: '0x0' });
    const txHash = z.string().parse(sent);
    const receipt = await mined(txHash);
    if (receipt.status === '0x1') return { txHash, blockNumber: Number(receipt.blockNumber) };
    // Something else came in between: on what it left, the same call says why.
    await simulate(transaction, receipt.blockNumber);
    throw new ContractRevert('UnknownError', {}, '0x');
  };
}
