import { type ContentKeys, contentKeys, sha256Hex } from '../../../packager/keys.ts';
import { BoundedMap } from '../../lib/bounded-map.ts';
import { errorWith } from '../../lib/errors.ts';
import { SingleFlight } from '../../lib/tasks.ts';
import { packagedKeyHashes } from '../../media/packaged.ts';
import type { MediaStorage } from '../../media/storage.ts';

const MAX_REMEMBERED = 1_000;
const MAX_REMEMBERED_KEYS = 50_000;

/** SHA-256 of the key of each unit, in hex; `null` where it has none: all of it is preview. */
export type KeyHashes = readonly (string | null)[];

/** A secret that does not open what the CID commits to. */
export class KeyDiffers extends errorWith<{ cid: string; unit: number }>(
  ({ cid, unit }) => `The secret of ${cid} gives another key of unit ${unit} than its content.json names.`,
) {}

interface Deps {
  storage: Pick<MediaStorage, 'find' | 'read' | 'stat'>;
  /** What all keys of a canonical CID come from, by whom it was made; `null`: this host does not have it. */
  secretOf(cidKey: string, owner: string): Promise<Uint8Array<ArrayBuffer> | null>;
}

/** The keys of protected videos that are kept here. */
export class UnitKeys {
  readonly #deps: Deps;
  readonly #hashes = new BoundedMap<string, KeyHashes>(MAX_REMEMBERED);
  readonly #sources = new BoundedMap<string, ContentKeys>(MAX_REMEMBERED);
  readonly #keys = new BoundedMap<string, Buffer>(MAX_REMEMBERED_KEYS);
  /** Where many begin to watch together, each key is made once. */
  readonly #making = new SingleFlight<Buffer>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Of a canonical CID; `null` where no protected video is kept here under it. */
  async hashesOf(cid: string): Promise<KeyHashes | null> {
    const known = this.#hashes.get(cid);
    if (known !== undefined) return known;
    const { storage } = this.#deps;
    const isDirectory = (await storage.stat(cid))?.kind === 'directory';
    const hashes = isDirectory ? await packagedKeyHashes(storage, cid) : null;
    if (!hashes?.some((hash) => hash !== null)) return null;
    this.#hashes.set(cid, hashes);
    return hashes;
  }

  /** Whether this host can open what a creator has published. */
  async canOpen(cid: string, creator: string): Promise<boolean> {
    return (await this.#sourceOf(cid, creator)) !== null;
  }

  /** Whether it is a protected video of which this host does not make every key that the CID commits to. */
  async isLocked(cid: string, creator: string): Promise<boolean> {
    const hashes = await this.hashesOf(cid);
    if (hashes === null) return false;
    const source = await this.#sourceOf(cid, creator);
    return source === null || (await differingIn(hashes, source)) !== null;
  }

  /** The first unit of which a secret makes another key than the CID commits to; `null`: it makes them all. */
  async differingUnit(hashes: KeyHashes, secret: Uint8Array<ArrayBuffer>): Promise<number | null> {
    return await differingIn(hashes, await contentKeys(secret));
  }

  /** The 16 bytes that open each of the units, which all have a key. @throws {KeyDiffers} */
  async keysOf(cid: string, creator: string, units: readonly number[]): Promise<Buffer[]> {
    const source = await this.#sourceOf(cid, creator);
    const hashes = await this.hashesOf(cid);
    const make = async (name: string, unit: number) => {
      const key = await source?.key(unit);
      if (key === undefined || (await sha256Hex(key)) !== hashes?.[unit]) throw new KeyDiffers({ cid, unit });
      const kept = Buffer.from(key);
      this.#keys.set(name, kept);
      return kept;
    };
    const keyOf = (unit: number) => {
      const name = `${cid} ${creator} ${unit}`;
      return this.#keys.get(name) ?? this.#making.run(name, () => make(name, unit));
    };
    return await Promise.all(units.map(keyOf));
  }

  /** `null`: this host can't open what the creator has published. */
  async #sourceOf(cid: string, creator: string): Promise<ContentKeys | null> {
    const name = `${cid} ${creator}`;
    const known = this.#sources.get(name);
    if (known !== undefined) return known;
    const secret = await this.#deps.secretOf(cid, creator);
    if (secret === null) return null;
    const source = await contentKeys(secret);
    this.#sources.set(name, source);
    return source;
  }
}

async function differingIn(hashes: KeyHashes, source: ContentKeys): Promise<number | null> {
  for (const [unit, hash] of hashes.entries()) {
    if (hash !== null && (await sha256Hex(await source.key(unit))) !== hash) return unit;
  }
  return null;
}
