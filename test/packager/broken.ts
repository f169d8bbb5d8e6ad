/** A file with one to eight changes, the same for the same seed; half of them where the headers stand. */
export function broken(source: Uint8Array<ArrayBuffer>, seed: number): Uint8Array<ArrayBuffer> {
  const random = randomFrom(seed);
  let bytes = source.slice();
  for (let change = 0; change <= random(8); change++) {
    const at = random(2) === 0 ? random(Math.min(2_000, bytes.length)) : random(bytes.length);
    const length = 1 + random(64);
    switch (random(6)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes.fill(random(2) * 255, at, at + 1 + random(8));
        break;
      case 2:
        bytes = bytes.slice(0, at + 1);
        break;
      case 3:
        bytes.copyWithin(at, random(bytes.length), random(bytes.length) + length);
        break;
      case 4:
        bytes = joinedOf(bytes.slice(0, at), bytes.slice(at + length));
        break;
      default:
        bytes = joinedOf(bytes.slice(0, at), bytes.slice(at, at + length), bytes.slice(at));
    }
  }
  return bytes;
}

function joinedOf(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}

/** Whole numbers below a limit, the same for the same seed (mulberry32). */
function randomFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * limit);
  };
}
