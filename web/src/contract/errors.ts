import { PageError } from '../lib/page-error.ts';

/** The wallet holds less than the transaction may cost. */
export class BalanceTooLow extends PageError {
  override readonly name = 'BalanceTooLow';
  override readonly retryable = true;
  readonly needed: bigint;
  readonly held: bigint;
  readonly symbol: string;
  readonly decimals: number;
  constructor(needed: bigint, held: bigint, coin: { symbol: string; decimals: number }) {
    super(`The wallet holds ${held} of ${needed} base units of ${coin.symbol}.`);
    this.needed = needed;
    this.held = held;
    this.symbol = coin.symbol;
    this.decimals = coin.decimals;
  }
}

/** The transaction is in a block, and failed there. */
export class TransactionFailed extends PageError {
  override readonly name = 'TransactionFailed';
}

/** The chain does not know the transaction. */
export class TransactionUnknown extends PageError {
  override readonly name = 'TransactionUnknown';
}

/** The host stored other bytes than the file has. */
export class CidDiffers extends PageError {
  override readonly name = 'CidDiffers';
  readonly hostCid: string;
  readonly ownCid: string;
  constructor(hostCid: string, ownCid: string) {
    super(`The host says ${hostCid}, the file is ${ownCid}.`);
    this.hostCid = hostCid;
    this.ownCid = ownCid;
  }
}

/** The host can't package a video; the message says why. */
export class NotPackaged extends PageError {
  override readonly name = 'NotPackaged';
}

/** A provider's server does not answer, though its address is on chain. */
export class ProviderUnreachable extends PageError {
  override readonly name = 'ProviderUnreachable';
  override readonly retryable = true;
}

/** A provider's server answers what no gate should. */
export class ProviderNotUnderstood extends PageError {
  override readonly name = 'ProviderNotUnderstood';
}

/** A deposit is signed, and it is not known what became of it. */
export class DepositUnderWay extends PageError {
  override readonly name = 'DepositUnderWay';
  override readonly retryable = true;
}

/** There is no wallet to act with. */
export class NoWallet extends PageError {
  override readonly name = 'NoWallet';
  override readonly retryable = true;
}
