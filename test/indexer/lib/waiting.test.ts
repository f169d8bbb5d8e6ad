import { expect } from 'chai';
import { pollUntil } from '../../../indexer/lib/poll-until.ts';
import { orAbort, withTimeout } from '../../../indexer/lib/with-timeout.ts';

const NEVER = new Promise<never>(() => undefined);
const late = () => new Error('late');

describe('withTimeout()', () => {
  it('gives what the work gives, its failure too', async () => {
    expect(await withTimeout(1_000, Promise.resolve(1), late)).to.equal(1);
    const failed = withTimeout(1_000, Promise.reject(new Error('no')), late);
    expect(String(await failed.catch((error: unknown) => error))).to.equal('Error: no');
  });

  it('rejects with the error for work that takes longer', async () => {
    const failure = await withTimeout(1, NEVER, late).catch((error: unknown) => error);
    expect(String(failure)).to.equal('Error: late');
  });

  it('takes a result that came while this process was busy', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const answer = withTimeout(1, promise, late);
    setTimeout(() => resolve('there'), 0);
    for (const until = performance.now() + 5; performance.now() < until; );
    expect(await answer).to.equal('there');
  });
});

describe('orAbort()', () => {
  it("rejects with the signal's reason, also where it has fired before", async () => {
    const stop = new AbortController();
    const waiting = orAbort(NEVER, stop.signal).catch((error: unknown) => error);
    stop.abort('enough');
    expect(await waiting).to.equal('enough');
    expect(await orAbort(NEVER, stop.signal).catch((error: unknown) => error)).to.equal('enough');
  });

  it('gives what the work gives', async () => {
    expect(await orAbort(Promise.resolve(1), new AbortController().signal)).to.equal(1);
  });
});

describe('pollUntil()', () => {
  it('looks at once, and again until something is found', async () => {
    let looks = 0;
    const found = await pollUntil(async () => ++looks === 3 && 'found', { everyMs: 1 });
    expect([looks, found]).to.deep.equal([3, 'found']);
  });

  it('finds what is empty, too', async () => {
    expect(await pollUntil(async () => '', { everyMs: 1 })).to.equal('');
  });

  it('gives null when the time is over, and has looked at least once', async () => {
    let looks = 0;
    expect(await pollUntil(async () => ++looks > 1, { everyMs: 1, timeoutMs: 0 })).to.equal(null);
    expect(looks).to.equal(1);
  });

  it('ends with the signal, and with what a look throws', async () => {
    const stop = new AbortController();
    const polling = pollUntil(async () => null, { everyMs: 1, signal: stop.signal });
    stop.abort();
    expect(((await polling.catch((error: unknown) => error)) as Error).name).to.equal('AbortError');
    const failing = pollUntil(() => Promise.reject(new Error('no')), { everyMs: 1 });
    expect(String(await failing.catch((error: unknown) => error))).to.equal('Error: no');
  });
});
