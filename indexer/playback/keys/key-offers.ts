import { BoundedMap } from '../../lib/bounded-map.ts';
import { NotOffered } from '../errors.ts';
import type { OwnOffer } from '../offers.ts';
import { capUnitsOf } from './cap-units.ts';
import type { KeyHashes, UnitKeys } from './unit-keys.ts';

/** A listing whose units this host opens. */
export interface KeyOffer extends OwnOffer {
  /** Who has bought so many units within 24 hours has the rest for nothing; `null`: no such promise. */
  capUnits: number | null;
  withdrawDelaySec: number;
}

/** A protected video that is sold here. */
export interface KeyMedia {
  /** Canonical. */
  cid: string;
  hashes: KeyHashes;
  /** At least one. */
  offers: readonly KeyOffer[];
}

interface Deps {
  /** Calls back when what the records show may have changed. */
  onIndexed(listener: () => void): unknown;
  nowSec(): number;
  /** What is sold under a canonical CID. @throws {NotOffered}, {MirrorBehind} */
  offersOf(cid: string): Promise<readonly OwnOffer[]>;
  unitKeys: UnitKeys;
  withdrawDelaySec(contract: string): Promise<number>;
}

const MAX_REMEMBERED = 1_000;

/**
 * @returns what finds a protected video by its canonical CID; `null` where none is kept here. It is looked up once a second, and
 *   when there is a block.
 */
export function createKeyMedia(deps: Deps): (cid: string) => Promise<KeyMedia | null> {
  const find = createLookup(deps);
  const known = new BoundedMap<string, { media: KeyMedia; atSec: number }>(MAX_REMEMBERED);
  let changes = 0;
  deps.onIndexed(() => {
    changes += 1;
    known.clear();
  });
  return async (cid) => {
    const atSec = deps.nowSec();
    const kept = known.get(cid);
    if (kept?.atSec === atSec) return kept.media;
    const before = changes;
    const media = await find(cid);
    if (media !== null && changes === before) known.set(cid, { media, atSec });
    return media;
  };
}

function createLookup({ offersOf, unitKeys, withdrawDelaySec }: Deps) {
  /**
   * Whoever lists a CID, keys are sold for its owner: for whose secret this host has.
   * @throws {NotOffered}, {MirrorBehind}
   */
  return async (cid: string): Promise<KeyMedia | null> => {
    const hashes = await unitKeys.hashesOf(cid);
    if (hashes === null) return null;
    const offers = await Promise.all(
      (await offersOf(cid)).map(async (offer) => {
        const { contract, creator, metadata } = offer.content;
        if (!(await unitKeys.canOpen(cid, creator))) return [];
        const facts = { capUnits: capUnitsOf(metadata), withdrawDelaySec: await withdrawDelaySec(contract) };
        return { ...offer, ...facts };
      }),
    );
    if (offers.flat().length === 0) throw new NotOffered('This host has no keys of the video to sell.');
    return { cid, hashes, offers: offers.flat() };
  };
}
