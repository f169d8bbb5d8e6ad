import { expect } from 'chai';
import { unitNumber } from '../../../indexer/lib/unit.ts';
import { expectProblem } from './api.ts';
import { demanded, MAKER, PAYER, type Playing, PRICE, startPlaying, WAYS } from './playing.ts';

const DAY = 86_400;

describe('what is open under /play', () => {
  let host: Playing;
  beforeEach(async () => {
    host = await startPlaying();
  });
  afterEach(() => host.stop());

  /** By path and by header, in every way to ask. */
  async function expectClosed(cid: string, token: string): Promise<void> {
    for (const [way, init] of WAYS) {
      const { headers = {}, ...rest } = init(cid);
      const authorization = `Bearer ${token}`;
      for (const answer of [
        await host.play(`~${token}/${cid}`, init(cid)),
        await host.play(cid, { ...rest, headers: { ...headers, authorization } }),
      ]) {
        expect(answer.status, way).to.equal(402);
        expect(demanded(answer.headers).error, way).to.equal('payment_required');
      }
    }
  }
  const statusOf = async (cid: string, token: string) =>
    (await host.play(`~${token}/${cid}`, { method: 'HEAD' })).status;

  it('by a view closes 24 hours after its block, for its token and for what is signed anew', async () => {
    const film = await host.sold();
    const paidSec = await host.pay(film);
    const token = await host.token(film);
    await host.moveTo(paidSec + DAY - 1);
    expect(await statusOf(film.cid, token)).to.equal(200);
    const { body } = await host.exchange(film, await host.access(film));
    expect(body.until_sec).to.equal(paidSec + DAY);
    await host.moveTo(paidSec + DAY + 1);
    await expectClosed(film.cid, String(body.token));
    expectProblem(await host.exchange(film, await host.access(film)), 402, 'payment_required', 'cid');
    // A second view opens it again, for the token that was there.
    await host.pay(film);
    expect(await statusOf(film.cid, String(body.token))).to.equal(200);
  });

  it('by days stays so as long as was paid, two payments together; a token ends after one', async () => {
    const series = await host.sold({ unit: 'day' });
    const paidSec = await host.pay(series, { units: 2 });
    await host.moveTo(paidSec + 3_600);
    await host.pay(series);
    const first = await host.exchange(series, await host.access(series));
    expect(first.body.until_sec).to.equal(paidSec + 3_600 + DAY);
    await host.moveTo(paidSec + 3_600 + DAY);
    const over = await host.api.get(`/play/~${first.body.token}/${series.cid}`);
    expectProblem(over, 401, 'token_invalid', 'token');
    expect(demanded(over.headers).error).to.equal('token_invalid');
    await host.moveTo(paidSec + 3 * DAY - 1);
    const last = await host.exchange(series, await host.access(series));
    expect(last.body.until_sec).to.equal(paidSec + 3 * DAY);
    expect(await statusOf(series.cid, String(last.body.token))).to.equal(200);
    await host.moveTo(paidSec + 3 * DAY);
    await expectClosed(series.cid, String(last.body.token));
  });

  it('by days stays so whatever the creator announces afterwards', async () => {
    const series = await host.sold({ unit: 'day' });
    const creator = host.api.as(MAKER);
    const notice = Number(await creator.noticeSec());
    const grace = Number(await creator.withdrawDelaySec());
    const paidSec = await host.pay(series, { units: 30 });
    for (const unit of ['view', 'minute', 'view'] as const) {
      await (await creator.scheduleTerms(series.contentId, PRICE, 3_000, unitNumber(unit))).wait();
      await host.moveTo((await host.headSec()) + notice + grace);
    }
    await (await creator.scheduleTerms(series.contentId, PRICE, 3_000, unitNumber('day'))).wait();
    await (await creator.cancelTerms(series.contentId)).wait();
    await (await creator.retire(series.contentId)).wait();
    await host.moveTo(paidSec + 30 * DAY - 1);
    await host.api.settled();
    const { body } = await host.exchange(series, await host.access(series));
    expect(body.until_sec).to.equal(paidSec + 30 * DAY);
    expect(await statusOf(series.cid, String(body.token))).to.equal(200);
  });

  it('to everybody closes when its price begins, for tokens of then too', async () => {
    const film = await host.sold({ unit: 'day', price: 0n });
    const token = await host.token(film);
    const creator = host.api.as(MAKER);
    await (await creator.scheduleTerms(film.contentId, PRICE, 3_000, unitNumber('day'))).wait();
    await host.moveTo((await host.headSec()) + Number(await creator.noticeSec()));
    await host.api.settled();
    await expectClosed(film.cid, token);
    expectProblem(await host.exchange(film, await host.access(film)), 402, 'payment_required', 'cid');
  });

  it('closes when a reorganisation takes the payment back, and opens with the next one', async () => {
    const film = await host.sold();
    const { provider } = host.api.chain;
    const snapshot = await provider.send('evm_snapshot', []);
    await host.pay(film);
    const token = await host.token(film);
    expect(await statusOf(film.cid, token)).to.equal(200);
    await provider.send('evm_revert', [snapshot]);
    for (let blocks = 0; blocks < 3; blocks++) await provider.send('evm_mine', []);
    await host.api.settled();
    await expectClosed(film.cid, token);
    expectProblem(await host.exchange(film, await host.access(film)), 402, 'payment_required', 'cid');
    await host.pay(film);
    expect(await statusOf(film.cid, token)).to.equal(200);
  });

  it('is not closed while a reorganisation that holds the payment, too, is being read', async () => {
    const film = await host.sold();
    const { provider } = host.api.chain;
    const { store } = host.api.deps;
    const snapshot = await provider.send('evm_snapshot', []);
    await host.pay(film);
    const token = await host.token(film);
    const { rollbackTo, commitBlocks } = store;
    const [forked, looked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const committing = Promise.withResolvers<void>();
    store.rollbackTo = (block) => forked.promise.then(() => rollbackTo(block));
    store.commitBlocks = async (...given) => {
      committing.resolve();
      await looked.promise;
      return await commitBlocks(...given);
    };
    try {
      await provider.send('evm_revert', [snapshot]);
      const value = { value: PRICE };
      await (await host.api.as(PAYER).payView(film.contentId, host.seller, 1, PRICE, value)).wait();
      forked.resolve();
      await committing.promise;
      const answer = await host.api.get(`/play/~${token}/${film.cid}`);
      expectProblem(answer, 503, 'mirror_behind');
    } finally {
      Object.assign(store, { rollbackTo, commitBlocks });
      forked.resolve();
      looked.resolve();
    }
    await host.api.settled();
    expect(await statusOf(film.cid, token)).to.equal(200);
  });
});
