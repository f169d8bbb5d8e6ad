import type { CID } from 'multiformats/cid';

const FIRST_SLOTS = 64;
/** Of the slots so many are in use before there are twice as many. */
const MAX_LOAD = 0.75;
const EMPTY = 0n;

/**
 * Which blocks an archive has, by eight bytes of their hashes: 11 to 22 bytes a block, so that an archive of 1 GiB
 * whose reader has stopped holds no more than 64 kB. Two blocks that agree in those were made to do so.
 */
export class BlockSet {
  #slots = new BigUint64Array(FIRST_SLOTS);
  #size = 0;

  /** @returns whether it was not there before. */
  add(cid: CID): boolean {
    const key = keyOf(cid);
    const slot = slotOf(this.#slots, key);
    if (this.#slots[slot] === key) return false;
    this.#slots[slot] = key;
    this.#size += 1;
    if (this.#size > this.#slots.length * MAX_LOAD) this.#grow();
    return true;
  }

  has(cid: CID): boolean {
    const key = keyOf(cid);
    return this.#slots[slotOf(this.#slots, key)] === key;
  }

  #grow(): void {
    const slots = new BigUint64Array(this.#slots.length * 2);
    for (const key of this.#slots) if (key !== EMPTY) slots[slotOf(slots, key)] = key;
    this.#slots = slots;
  }
}

/** Where the key stands, or would stand. */
function slotOf(slots: BigUint64Array, key: bigint): number {
  const mask = slots.length - 1;
  let slot = Number(key & 0xff_ff_ffn) & mask;
  while (slots[slot] !== EMPTY && slots[slot] !== key) slot = (slot + 1) & mask;
  return slot;
}

function keyOf({ multihash: { digest } }: CID): bigint {
  const key = Buffer.from(digest).readBigUInt64BE(digest.length - 8);
  return key === EMPTY ? 1n : key;
}
