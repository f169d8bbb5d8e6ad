import { expect } from 'chai';
import { MediaRefused } from '../../packager/errors.ts';
import { packaged } from './packaged.ts';
import { type Container, makeVideo, realVideo } from './samples.ts';

/** `.ci/run` tries as many as before a release. */
const COUNT = process.env.FULL ? 500 : 60;
const CONTAINERS: Container[] = ['mp4', 'fragmented', 'mov', 'mkv', 'webm', 'recorded'];
const MAX_MS = 60_000;

describe('packageMedia() with files that are broken at random', () => {
  it(`packages or refuses each of ${COUNT}`, async function () {
    this.timeout(10 * MAX_MS);
    const sources = [await realVideo()];
    for (const container of CONTAINERS) sources.push(await makeVideo(container));
    const outcomes = new Map<string, number>();
    for (let seed = 0; seed < COUNT; seed++) {
      const source = sources[seed % sources.length] ?? new Uint8Array();
      const started = performance.now();
      const outcome = await outcomeOf(broken(source, seed));
      expect(performance.now() - started, `seed ${seed}`).to.be.below(MAX_MS);
      if (outcome instanceof Error) throw new Error(`Seed ${seed}`, { cause: outcome });
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // They break things, and not everything.
    expect(outcomes.get('packaged')).to.be.greaterThan(0);
    expect(outcomes.get('damaged')).to.be.greaterThan(0);
  });
});

async function outcomeOf(source: Uint8Array<ArrayBuffer>): Promise<string | Error> {
  try {
    const directory = await packaged(source);
    return directory.has('content.json') ? 'packaged' : new Error('There is no content.json.');
  } catch (error) {
    if (error instanceof MediaRefused) return error.reason;
    return new Error('This is no refusal.', { cause: error });
  }
}

/** One to eight changes; half of them where the headers stand. */
function broken(source: Uint8Array<ArrayBuffer>, seed: number): Uint8Array<ArrayBuffer> {
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
