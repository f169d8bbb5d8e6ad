import type { Wallet } from 'ethers';
import type { Relay } from '../contract/calls/writer.ts';
import type { HostContract } from '../contract/stream-host.ts';
import { repeat } from '../lib/repeat.ts';
import { Serving, type ServingDeps } from './serving.ts';
import { createServingCheck } from './serving-check.ts';
import { createWishSigner, type WishSignerDeps } from './serving-signer.ts';

export interface OpenServingOptions
  extends Omit<ServingDeps, 'check' | 'sign'>,
    Pick<WishSignerDeps, 'callCheck'> {
  /** The operator's; `null` for a host without a key. */
  wallet: Wallet | null;
  relay: Pick<Relay, 'accepts'>;
  contract: Pick<HostContract, 'delegateOf'>;
  chain: ServingDeps['chain'] & {
    chainId: number;
    /** Calls back when the records show more of the chain, or less. */
    onIndexed(listener: () => void): unknown;
  };
}

/** How often it is looked for what could not be done before. */
const LOOK_EVERY_MS = 10_000;

/** The serving of this process: what is wished for is done once the records show that it can be. */
export interface OpenServing {
  serving: Serving;
  /** To be called once the host listens, and knows its own address. @returns what ends it. */
  start(): () => Promise<void>;
}

export function openServing({ wallet, ...options }: OpenServingOptions): OpenServing {
  const check = createServingCheck({ ...options, operator: wallet?.address ?? null });
  const sign = createWishSigner({ ...options, wallet });
  const serving = new Serving({ ...options, check, sign });
  const fulfil = () => serving.fulfil();
  return {
    serving,
    start() {
      options.chain.onIndexed(() => void fulfil());
      return repeat(LOOK_EVERY_MS, fulfil);
    },
  };
}
