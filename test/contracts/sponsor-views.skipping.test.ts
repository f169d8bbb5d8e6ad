import { expect } from 'chai';
import { events, group, LANE, nonceOf, refOf, sponsor, VIEW_TIME_SEC, view } from './sponsor.ts';
import {
  at,
  contentIdOf,
  NATIVE,
  NOTICE_SEC,
  networkHelpers,
  nextBlockAtSec,
  PRICE,
  served,
  servedForToken,
  split,
} from './world.ts';

const { loadFixture } = networkHelpers;
const PROVIDER_AMOUNT = split(PRICE)[1];
const NONCE_USED = 0;
const CONTENT_UNKNOWN = 1;
const OTHER_TOKEN = 2;
const PRICE_TOO_LOW = 3;
const CONTENT_FREE = 4;
const TIME_IN_FUTURE = 5;

describe('sponsorViews() skipping', () => {
  it('skips all views of a content that nobody published, which uses no nonce', async () => {
    const world = await loadFixture(served);
    const unknown = contentIdOf(world.stranger.address);
    const views = [view(world, 0n), view(world, 1n)];
    const [first, second, surplus, ...rest] = await events(
      world,
      await sponsor(world, [group(unknown, views)], 5n),
    );
    const named = views.map((each) => [
      world.stranger.address,
      unknown,
      refOf(unknown, each),
      nonceOf(each.counter),
    ]);
    expect(first?.args.toArray()).to.deep.equal([...(named[0] ?? []), BigInt(CONTENT_UNKNOWN)]);
    expect(second?.args.toArray()).to.deep.equal([...(named[1] ?? []), BigInt(CONTENT_UNKNOWN)]);
    expect([surplus?.name, rest]).to.deep.equal(['SurplusCredited', []]);
    expect(await world.host.isNonceUsed(world.stranger, nonceOf(0n))).to.equal(false);
  });

  it('skips a content of another coin', async () => {
    const world = await loadFixture(servedForToken);
    const { host, stranger, contentId } = world;
    const viewed = view(world, 0n);
    await expect(sponsor(world, [group(contentId, [viewed])], PRICE))
      .to.emit(host, 'ViewSkipped')
      .withArgs(stranger.address, contentId, refOf(contentId, viewed), nonceOf(0n), OTHER_TOKEN);
    expect(await host.isNonceUsed(stranger, nonceOf(0n))).to.equal(false);
    expect(await host.credits(stranger, NATIVE)).to.equal(PRICE);
  });

  it('skips views priced below the price in force, and pays them later at that price', async () => {
    const world = await loadFixture(served);
    const { host, stranger, provider, contentId } = world;
    const viewed = view(world, 0n);
    await expect(sponsor(world, [group(contentId, [viewed], PRICE - 1n)], PRICE))
      .to.emit(host, 'ViewSkipped')
      .withArgs(stranger.address, contentId, refOf(contentId, viewed), nonceOf(0n), PRICE_TOO_LOW);
    expect(await host.isNonceUsed(stranger, nonceOf(0n))).to.equal(false);
    await sponsor(world, [group(contentId, [viewed])], PRICE);
    expect(await host.credits(provider, NATIVE)).to.equal(PROVIDER_AMOUNT);
  });

  it('skips a free content whatever its views are priced, which uses no nonce', async () => {
    const world = await loadFixture(served);
    const { host, creator, stranger, contentId } = world;
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 0, 5_000, 0);
    const viewed = view(world, 0n);
    await at(effectiveAtSec);
    await expect(sponsor(world, [group(contentId, [viewed])], PRICE))
      .to.emit(host, 'ViewSkipped')
      .withArgs(stranger.address, contentId, refOf(contentId, viewed), nonceOf(0n), CONTENT_FREE);
    expect(await host.isNonceUsed(stranger, nonceOf(0n))).to.equal(false);
    expect(await host.credits(stranger, NATIVE)).to.equal(PRICE);
  });

  it('skips a view dated after the block alone, and pays it once its time has come', async () => {
    const world = await loadFixture(served);
    const { host, stranger, provider, contentId } = world;
    const nowSec = await nextBlockAtSec();
    const [due, early] = [0n, 1n].map((n) => view(world, n, { viewTimeSec: nowSec + n }));
    if (!due || !early) throw new Error('there are two views');
    const sent = await sponsor(world, [group(contentId, [early, due])], 2n * PRICE);
    await expect(sent)
      .to.emit(host, 'ViewSkipped')
      .withArgs(stranger.address, contentId, refOf(contentId, early), nonceOf(1n), TIME_IN_FUTURE);
    await expect(sent).to.emit(host, 'SurplusCredited').withArgs(stranger.address, NATIVE, PRICE);
    expect(await host.isNonceUsed(stranger, nonceOf(1n))).to.equal(false);
    expect(await host.credits(provider, NATIVE)).to.equal(PROVIDER_AMOUNT);
    await sponsor(world, [group(contentId, [early])], PRICE);
    expect(await host.credits(provider, NATIVE)).to.equal(2n * PROVIDER_AMOUNT);
  });

  it('judges the price by the terms in force, before and after a change', async () => {
    const world = await loadFixture(served);
    const { host, creator, stranger, provider, contentId } = world;
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 2n * PRICE, 5_000, 0);
    await at(effectiveAtSec - 1n);
    await sponsor(world, [group(contentId, [view(world, 0n)])], PRICE);
    expect(await host.credits(provider, NATIVE)).to.equal(PROVIDER_AMOUNT);
    await at(effectiveAtSec);
    await expect(sponsor(world, [group(contentId, [view(world, 1n)])], PRICE))
      .to.emit(host, 'ViewSkipped')
      .withArgs(stranger.address, contentId, refOf(contentId, view(world, 1n)), nonceOf(1n), PRICE_TOO_LOW);
    await sponsor(world, [group(contentId, [view(world, 1n)], 2n * PRICE)], 2n * PRICE);
    expect(await host.credits(provider, NATIVE)).to.equal(PROVIDER_AMOUNT + PRICE);
  });

  it('skips a nonce used before, in the same call, in an earlier one, or by invalidateNonces()', async () => {
    const world = await loadFixture(served);
    const { host, stranger, provider, contentId } = world;
    await host.connect(stranger).invalidateNonces(nonceOf(9n) >> 8n, 1n << 9n);
    await sponsor(world, [group(contentId, [view(world, 0n)])], PRICE);
    const counters = [0n, 1n, 1n, 9n];
    const sent = await sponsor(
      world,
      [
        group(
          contentId,
          counters.map((each) => view(world, each)),
        ),
      ],
      PRICE,
    );
    const logged = await events(world, sent);
    const skipped = logged.filter(({ name }) => name === 'ViewSkipped');
    expect(skipped.map(({ args }) => [args.nonce, args.reason])).to.deep.equal(
      [0n, 1n, 9n].map((counter) => [nonceOf(counter), BigInt(NONCE_USED)]),
    );
    expect(await host.credits(provider, NATIVE)).to.equal(2n * PROVIDER_AMOUNT);
  });

  it('uses nonces of the sponsor alone', async () => {
    const world = await loadFixture(served);
    const { host, viewer, stranger, provider, contentId } = world;
    const contents = [group(contentId, [view(world, 0n)])];
    await sponsor(world, contents, PRICE);
    expect(await host.isNonceUsed(viewer, nonceOf(0n))).to.equal(false);
    await host.connect(viewer).sponsorViews(NATIVE, PRICE, LANE, contents, { value: PRICE });
    expect(await host.isNonceUsed(stranger, nonceOf(0n))).to.equal(true);
    expect(await host.credits(provider, NATIVE)).to.equal(2n * PROVIDER_AMOUNT);
  });

  it('keeps every nonce of a call that goes through several words', async () => {
    const world = await loadFixture(served);
    const { host, stranger, contentId } = world;
    const counters = [0n, 255n, 256n, 1n, 511n, 512n, 2n ** 32n - 1n];
    const views = counters.map((counter) => view(world, counter, { viewTimeSec: VIEW_TIME_SEC }));
    const halves = [group(contentId, views.slice(0, 3)), group(contentId, views.slice(3))];
    await sponsor(world, halves, 7n * PRICE);
    for (const counter of counters) expect(await host.isNonceUsed(stranger, nonceOf(counter))).to.equal(true);
    for (const counter of [2n, 254n, 257n, 513n]) {
      expect(await host.isNonceUsed(stranger, nonceOf(counter))).to.equal(false);
    }
  });
});
