/** The arguments of `publish`; amounts in base units. */
export interface Publication {
  cid: string;
  token: string;
  pricePerUnit: bigint;
  providerShareBps: number;
  /** The contract's number: an index of `UNITS`. */
  unit: number;
  name: string;
  metadata: string;
}

/** A write of the contract. A payment in a token is pulled, so an allowance may have to come first. */
export type ContractCall =
  | { name: 'publish'; args: [Publication] }
  | { name: 'retire' | 'cancelTerms' | 'deregisterStream'; args: [contentId: string] }
  | {
      name: 'scheduleTerms';
      /** In base units, basis points, and an index of `UNITS`. */
      args: [contentId: string, pricePerUnit: bigint, providerShareBps: number, unit: number];
    }
  | { name: 'registerStream' | 'updateStream'; args: [contentId: string, url: string] }
  | { name: 'withdraw'; args: [token: string] }
  | {
      name: 'payView';
      args: [contentId: string, provider: string, units: number, amount: bigint];
      coin: Coin;
    };

export interface Coin {
  /** The zero address is the native coin. */
  token: string;
  symbol: string;
  decimals: number;
}

/** The steps of a call; each is shown. */
export interface Steps {
  /** Work that needs no wallet, such as an upload. */
  working(): void;
  /** The wallet shows a window, or is about to. */
  wallet(): void;
  /** Sent; without a transaction when the host sends it. */
  pending(sent?: SentTransaction): void;
}

/** A transaction in its block. */
export interface MinedTransaction {
  hash: string;
  block: number;
}

export interface SentTransaction {
  hash: string;
  /** Number of an earlier block: a replacement is looked for from there on. */
  afterBlock: number;
}
