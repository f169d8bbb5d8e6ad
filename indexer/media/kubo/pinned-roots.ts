import type { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { SingleFlight } from '../../lib/tasks.ts';
import { linksOf } from '../unixfs/node-links.ts';
import { BlockDamaged, isVerifiable } from '../unixfs/verify.ts';
import type { KuboNode } from './client.ts';

/** Of each block's hash, enough to tell it from all others. */
const KEY_BYTES = 16;
/** Together for about a terabyte of files; of what is beyond, roots are gone through anew each time. */
const MAX_KEPT_BYTES = 64 * 1024 ** 2;

/**
 * Which pinned roots hold a block. A node can only name one of them, and goes through all its pins for that each time:
 * here each root is gone through once, its inner nodes alone, and the hashes below it are kept as long as it is pinned.
 */
export class PinnedRoots {
  readonly #node: KuboNode;
  /** By root: the sorted keys of its blocks. */
  readonly #known = new Map<string, Buffer>();
  readonly #underWay = new SingleFlight<Buffer>();
  #keptBytes = 0;

  constructor(node: KuboNode) {
    this.#node = node;
  }

  async holding(block: CID): Promise<CID[]> {
    const pinned = (await this.#node.pins()).filter(isVerifiable);
    this.#forgetBut(new Set(pinned.map(String)));
    const key = keyOf(block);
    const holding: CID[] = [];
    for (const root of pinned) if (isAmong(await this.#keysOf(root), key)) holding.push(root);
    return holding;
  }

  #keysOf(root: CID): Promise<Buffer> {
    const name = root.toString();
    const known = this.#known.get(name);
    if (known) return Promise.resolve(known);
    return this.#underWay.run(name, async () => {
      const keys = await this.#goThrough(root);
      if (this.#keptBytes + keys.length <= MAX_KEPT_BYTES) {
        this.#known.set(name, keys);
        this.#keptBytes += keys.length;
      }
      return keys;
    });
  }

  /** What the node has lost holds nothing. */
  async #goThrough(root: CID): Promise<Buffer> {
    const keys = new Set([keyOf(root).toString('latin1')]);
    const inner = root.code === raw.code ? [] : [root];
    for (let cid = inner.pop(); cid; cid = inner.pop()) {
      const block = await this.#node.read(cid).catch(orNothing);
      for (const link of block ? linksOf(cid, block).links : []) {
        const before = keys.size;
        keys.add(keyOf(link.cid).toString('latin1'));
        if (keys.size > before && link.cid.code !== raw.code && isVerifiable(link.cid)) inner.push(link.cid);
      }
    }
    return Buffer.from([...keys].sort().join(''), 'latin1');
  }

  #forgetBut(pinned: ReadonlySet<string>): void {
    for (const [name, keys] of this.#known) {
      if (pinned.has(name)) continue;
      this.#known.delete(name);
      this.#keptBytes -= keys.length;
    }
  }
}

function keyOf({ multihash: { digest } }: CID): Buffer {
  return Buffer.from(digest.subarray(0, KEY_BYTES));
}

function isAmong(keys: Buffer, key: Buffer): boolean {
  let from = 0;
  let to = keys.length / KEY_BYTES;
  while (from < to) {
    const middle = (from + to) >> 1;
    const at = middle * KEY_BYTES;
    const order = key.compare(keys, at, at + KEY_BYTES);
    if (order === 0) return true;
    if (order < 0) to = middle;
    else from = middle + 1;
  }
  return false;
}

function orNothing(error: unknown): null {
  if (error instanceof BlockDamaged) return null;
  throw error;
}
