import { resolve } from 'node:path';
import { expect } from 'chai';
import { encodingArgs, posterArgs } from '../../../../../indexer/uploads/packaging/ffmpeg/arguments.ts';
import type { MediaPlan } from '../../../../../indexer/uploads/packaging/worker/packaging-worker.ts';

const PLAN = { container: 'mp4', width: 640, height: 360, durationSec: 60, startsSec: [0, 6] };

describe('what ffmpeg is told', () => {
  it('names files by whole paths, since it runs in a folder of its own and DATA_DIR may be relative', () => {
    const [source, made] = ['.data/packaging/1/source', '.data/packaging/1/made'];
    const plan = PLAN as unknown as MediaPlan;
    for (const args of [
      encodingArgs(source, plan, { width: 320, height: 180 }, made),
      posterArgs(source, plan, made),
    ]) {
      const named = args.filter((arg) => arg.startsWith('file:'));
      expect(named).to.deep.equal([`file:${resolve(source)}`, `file:${resolve(made)}`]);
    }
  });
});
