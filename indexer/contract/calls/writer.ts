import { SignatureRequired } from './call-errors.ts';
import type { CallCheck } from './call-status.ts';
import type { Authorization, WalletCall } from './wallet-calls.ts';

export interface MinedCall {
  readonly txHash: string;
  readonly blockNumber: number;
}

/** A change on chain, by calls that each act for one wallet. */
export interface WriteRequest {
  /** Without a signature all of them are made, in order; with one, the call that it is for. */
  readonly calls: readonly WalletCall[];
  /** Calls that the same request may have been signed as in an earlier state of the chain: repeating it is no mistake. */
  readonly earlier?: readonly WalletCall[];
}

/** A signature of the wallet, and where it comes from. */
export interface CallSignature extends Authorization {
  /** Of the client that brings it; `operator` for the host itself: what is spent for it is counted. */
  readonly clientIp: string;
  /** For whom gas is spent, where that is not the account itself. */
  readonly beneficiary?: string;
}

/** Writes to the contract. */
export interface ContractWriter {
  /** The deployment written to. */
  readonly contract: string;
  /** Acts for any wallet without its signature. */
  readonly unsigned: boolean;
  /**
   * Makes the calls once, however often and from wherever the same is asked for.
   * @returns the last call mined, or `null` where nothing was left to do.
   * @throws {ContractRevert} the contract's own refusal, before anything is sent where that can be known;
   *   {SignatureRequired}, {SignatureRefused}, {RelayRefused}, {RelayPending}, {NotMined}
   */
  write(request: WriteRequest, signed?: CallSignature): Promise<MinedCall | null>;
}

/** Submits what wallets have signed. */
export interface Relay {
  /** Whether what this wallet signs would be submitted. */
  accepts(account: string): boolean;
  /** @throws as `ContractWriter.write` */
  submit(request: WriteRequest, signed: CallSignature): Promise<MinedCall | null>;
}

/** Makes a call for its account without its signature. */
export type Impersonator = (call: WalletCall) => Promise<MinedCall>;

export interface WriterDeps {
  contract: string;
  /** `null` where only a wallet itself can act for it. */
  unsigned: Impersonator | null;
  relay: Relay;
  check: Pick<CallCheck, 'isDone'>;
}

export function createWriter({ contract, unsigned, relay, check }: WriterDeps): ContractWriter {
  return {
    contract,
    unsigned: unsigned !== null,
    async write(request, signed) {
      if (signed) return await relay.submit(request, signed);
      const { calls } = request;
      if (unsigned === null)
        throw new SignatureRequired({ calls, relayed: relay.accepts(calls[0]?.account ?? '') });
      let mined: MinedCall | null = null;
      for (const call of calls) if (!(await check.isDone(call))) mined = await unsigned(call);
      return mined;
    },
  };
}
