import type { Wallet } from 'ethers';
import type { Relay } from '../chain/writer.ts';
import { every } from '../jobs/every.ts';
import type { HostContract } from '../payments/hostcontract.ts';
import type { Catalogue } from '../store/store.ts';
import type { Provider } from './provider.ts';
import { createServing, type Serving, type ServingDeps } from './serving.ts';
import { createServingCheck } from './serving-check.ts';

export interface OpenServingOptions extends Omit<ServingDeps, 'check' | 'signer'> {
  provider: Provider | null;
  /** The operator's; `null` for a host without a key. */
  wallet: Wallet | null;
  relay: Pick<Relay, 'accepts'>;
  contract: Pick<HostContract, 'delegateOf'>;
  store: ServingDeps['store'] & Pick<Catalogue, 'activeStreams'>;
  chain: ServingDeps['chain'] & {
    /** Calls back when the records show more of the chain, or less. */
    onIndexed(listener: () => void): unknown;
  };
}

/** How often it is looked for what could not be done before. */
const LOOK_EVERY_MS = 10_000;

/** The serving of this process: what is wished for is done once the records show that it can be. */
export interface OpenServing extends Serving {
  /** To be called once the host listens, and knows its own address. @returns what ends it. */
  start(): () => Promise<void>;
}

export function openServing({ wallet, ...options }: OpenServingOptions): OpenServing {
  const check = createServingCheck({ ...options, operator: wallet?.address ?? null });
  const serving = createServing({ ...options, check, signer: wallet });
  return {
    ...serving,
    start() {
      options.chain.onIndexed(() => void serving.fulfil());
      return every(LOOK_EVERY_MS, serving.fulfil);
    },
  };
}
