import type { Store } from '../../store/store.ts';
import type { Provider } from '../provider.ts';
import { type Look, lookAt } from './look.ts';
import type { LookDeps, LookedAt } from './looking.ts';
import type { Reach } from './reach.ts';
import { type Reason, verdictOf } from './rules.ts';

interface Deps extends Omit<LookDeps, 'reach'> {
  store: Pick<Store, 'contentById'>;
  provider: Provider | null;
  /** @param signal ends one look as a whole */
  reach(signal: AbortSignal): Reach;
}

/** What a look has found; of this host's own stream nothing is asked. */
export interface Looked extends Look, ReturnType<typeof verdictOf> {}

/** Each asks a host that a stranger names. */
const MAX_AT_A_TIME = 4;
/** A page waits for it. */
const MAX_MS = 15_000;
const OWN: Looked = { state: 'unchecked', reason: 'own' satisfies Reason, findings: [], latencyMs: null };

/** Looks at an address before it is registered, for whoever is about to: notes nothing. */
export class Looks {
  readonly #deps: Deps;
  #running = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get isBusy(): boolean {
    return this.#running >= MAX_AT_A_TIME;
  }

  /** @param stream as it would be registered; addresses in lower case. */
  async at(stream: LookedAt): Promise<Looked> {
    const { store, provider, reach, ...deps } = this.#deps;
    const { url, cidKey, contract, contentId } = stream;
    const isMine = provider?.wallet.toLowerCase() === stream.provider;
    if (isMine && provider?.isOwn(url, cidKey)) return OWN;
    this.#running += 1;
    try {
      const listing = await store.contentById(contract, contentId);
      const look = await lookAt(stream, listing, { ...deps, reach: reach(AbortSignal.timeout(MAX_MS)) });
      return { ...look, ...verdictOf(look.findings) };
    } finally {
      this.#running -= 1;
    }
  }
}
