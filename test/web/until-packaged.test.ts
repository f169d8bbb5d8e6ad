import { expect } from 'chai';
import type { Packaging } from '../../web/src/api/answers.ts';
import { announce } from '../../web/src/api/changes.ts';
import { HostRefused, HostUnreachable } from '../../web/src/api/errors.ts';
import { NotPackaged } from '../../web/src/contract/errors.ts';
import { untilPackaged } from '../../web/src/publish/packaging/until-packaged.ts';

const ID = 'one';
const RESULT = { meta: { cid: 'bafy', video_name: 'A video' }, expires_at: null };
const NEVER_MS = 3_600_000;

const upload = (part: Partial<Packaging>): Packaging => ({
  ...{ id: ID, state: 'packaging', progress: 0.5, problem: null, result: null },
  ...part,
});
const PACKAGED = upload({ state: 'packaged', progress: 1, result: RESULT });

/** Answers in turn; what it throws, too. */
function host(...answers: (Packaging | Error)[]) {
  const progress: number[] = [];
  let asked = 0;
  const ask = async () => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    // As the host does, while the answer is on its way.
    if (answers.length > asked) queueMicrotask(() => announce(TOLD));
    if (answer instanceof Error) throw answer;
    return answer as Packaging;
  };
  const onProgress = (each: Packaging) => void progress.push(each.progress);
  return { ask, onProgress, progress, asked: () => asked };
}
const TOLD = { kind: 'upload', cid: undefined, upload: ID, wallets: [] } as const;

describe('waiting for an upload to be packaged', () => {
  const { signal } = new AbortController();

  it('shows each step that the host tells of, and ends with what became of it', async () => {
    const { ask, onProgress, progress } = host(
      upload({ state: 'queued', progress: 0 }),
      upload({}),
      PACKAGED,
    );
    expect(await untilPackaged(ID, { ask, onProgress, signal, pollMs: NEVER_MS })).to.equal(RESULT);
    expect(progress).to.deep.equal([0, 0.5, 1]);
  });

  it('asks now and then where nothing is told', async () => {
    let asked = 0;
    const ask = async () => (++asked < 3 ? upload({}) : PACKAGED);
    expect(await untilPackaged(ID, { ask, onProgress: () => {}, signal, pollMs: 1 })).to.equal(RESULT);
  });

  it('waits on while the host is away or busy', async () => {
    const busy = new HostRefused({ status: 503, code: 'unavailable', detail: '' }, {});
    const { ask, onProgress } = host(new HostUnreachable('away'), busy, PACKAGED);
    expect(await untilPackaged(ID, { ask, onProgress, signal, pollMs: NEVER_MS })).to.equal(RESULT);
  });

  it("fails with the host's own words", async () => {
    const problem = { code: 'codec_not_playable', detail: 'The video has the codec theora.' };
    const { ask, onProgress } = host(upload({ state: 'failed', problem }));
    const error = await untilPackaged(ID, { ask, onProgress, signal }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(NotPackaged).and.have.property('message', problem.detail);
  });

  it('ends where the host does not know it, or not who asks', async () => {
    const unknown = new HostRefused({ status: 404, code: 'unknown_upload', detail: '' }, {});
    const { ask, onProgress } = host(unknown);
    const thrown = await untilPackaged(ID, { ask, onProgress, signal }).catch((error: unknown) => error);
    expect(thrown).to.equal(unknown);
  });

  it('ends with who waits', async () => {
    const leaving = new AbortController();
    const { ask, onProgress, asked } = host(upload({}));
    const options = { ask, onProgress, signal: leaving.signal, pollMs: NEVER_MS };
    const waiting = untilPackaged(ID, options).catch((error: unknown) => error);
    await new Promise((resolve) => setImmediate(resolve));
    leaving.abort(new Error('left'));
    expect(await waiting)
      .to.be.an('error')
      .with.property('message', 'left');
    expect(asked()).to.equal(1);
  });
});
