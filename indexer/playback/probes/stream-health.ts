import { placeOf } from '../../live/live.ts';
import type { ProbeState, StreamHealths, StreamProbe, StreamProof } from '../../store/book.ts';
import type { Store, StreamRow } from '../../store/store.ts';
import type { Provider } from '../provider.ts';
import type { Reason } from './rules.ts';

/** What this host can say of a stream. */
export interface Health {
  state: ProbeState;
  /** `null` where all is right, and where nobody has looked. */
  reason: Reason | null;
  checkedAtSec: number | null;
  latencyMs: number | null;
  lastProof: StreamProof | null;
}

type Shown = Pick<StreamRow, 'contract' | 'contentId' | 'provider' | 'url' | 'cidKey'>;
/** Whose health is another one now. */
export type Changed = Pick<StreamRow, 'cidKey' | 'provider'>;

interface Deps {
  book: StreamHealths;
  store: Pick<Store, 'stream'>;
  provider: Provider | null;
}

/** So many of a CID are ranked: each costs its provider a registration on chain. */
const MAX_FAULTY = 1_000;
const UNCHECKED = { state: 'unchecked', reason: null, checkedAtSec: null, latencyMs: null } as const;

/** What was found of streams, kept in the book. */
export class StreamHealth {
  readonly #deps: Deps;
  readonly #listeners: ((changed: Changed) => void)[] = [];

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  onChanged(listener: (changed: Changed) => void): void {
    this.#listeners.push(listener);
  }

  async of(stream: Shown): Promise<Health> {
    const { book, provider } = this.#deps;
    const lastProof = await book.lastProof(stream);
    const found = provider?.isOwn(stream.url, stream.cidKey)
      ? { ...UNCHECKED, reason: 'own' as const }
      : lookedAt(await book.probeOf(stream), stream);
    return lastProof
      ? { ...found, state: 'wrong', reason: 'key_proven', lastProof }
      : { ...found, lastProof };
  }

  /** Active streams of a canonical CID that others come before, the worst last. */
  async faulty(cidKey: string): Promise<StreamRow[]> {
    const { book, store } = this.#deps;
    const keys = await book.faultyStreams(cidKey, MAX_FAULTY);
    const found = await Promise.all(
      keys.map(async ({ contract, contentId, provider }) => {
        const row = await store.stream(contract, contentId, provider);
        return row?.active ? { row, state: (await this.of(row)).state } : null;
      }),
    );
    const inState = (state: ProbeState) => found.flatMap((each) => (each?.state === state ? [each.row] : []));
    return [...inState('silent').sort(byPlace), ...inState('wrong').sort(byPlace)];
  }

  async noteProbe(probe: StreamProbe): Promise<void> {
    await this.#deps.book.noteProbe(probe);
    this.#tell(probe);
  }

  /** @returns false where it changes nothing */
  async noteProof(proof: StreamProof): Promise<boolean> {
    const isNew = await this.#deps.book.noteProof(proof);
    if (isNew) this.#tell(proof);
    return isNew;
  }

  #tell(changed: Changed): void {
    for (const listener of this.#listeners) listener(changed);
  }
}

/** A stream that leads elsewhere now was not looked at. */
function lookedAt(probe: StreamProbe | null, { url }: Shown) {
  if (probe?.url !== url) return UNCHECKED;
  const { state, reason, checkedAtSec, latencyMs } = probe;
  return { state, reason: reason as Reason | null, checkedAtSec, latencyMs };
}

/** As lists have them. */
function byPlace(one: StreamRow, other: StreamRow): number {
  return placeOf(one) < placeOf(other) ? -1 : 1;
}
