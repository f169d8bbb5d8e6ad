import { expect } from 'chai';
import { MediaRefused } from '../../packager/errors.ts';
import { broken } from './broken.ts';
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
