import { expect } from 'chai';
import { type ContractTransactionResponse, getAddress, type LogDescription, ZeroAddress } from 'ethers';
import {
  group,
  LANE,
  loggedViews,
  nonceOf,
  packViews,
  refOf,
  type SponsoredView,
  VIEW_TIME_SEC,
} from './sponsor.ts';
import {
  at,
  contentIdOf,
  ethers,
  NATIVE,
  NOTICE_SEC,
  networkHelpers,
  newHost,
  nextBlockAtSec,
  PRICE,
  publication,
  served,
  servedFor,
  servedForToken,
  split,
  type World,
} from './world.ts';

const { loadFixture } = networkHelpers;
const [CREATOR_AMOUNT, PROVIDER_AMOUNT] = split(PRICE);
const NONCE_USED = 0;
const CONTENT_UNKNOWN = 1;
const OTHER_TOKEN = 2;
const PRICE_TOO_LOW = 3;
const feeTaking = async () => await servedFor('FeeToken', await newHost());

function view(world: World, counter: bigint, changes: Partial<SponsoredView> = {}): SponsoredView {
  const { viewer, provider } = world;
  const viewTimeSec = VIEW_TIME_SEC + counter;
  return { viewer: viewer.address, provider: provider.address, units: 1n, viewTimeSec, counter, ...changes };
}

/** The stranger sponsors one group of the native coin. */
async function sponsor(
  { host, stranger }: World,
  contents: ReturnType<typeof group>[],
  amount: bigint,
  lane = LANE,
) {
  return await host.connect(stranger).sponsorViews(NATIVE, amount, lane, contents, { value: amount });
}

async function events({ host }: World, sent: ContractTransactionResponse): Promise<LogDescription[]> {
  const receipt = await sent.wait();
  const parsed = receipt?.logs.map((log) => host.interface.parseLog(log)) ?? [];
  return parsed.filter((event) => event !== null);
}

describe('sponsorViews()', () => {
  it('refuses a lane of more than 224 bits', async () => {
    const world = await loadFixture(served);
    await expect(sponsor(world, [], 0n, 2n ** 224n))
      .to.be.revertedWithCustomError(world.host, 'LaneTooLarge')
      .withArgs(2n ** 224n);
  });

  it('refuses views that are not whole', async () => {
    const world = await loadFixture(served);
    const packed = packViews([view(world, 0n), view(world, 1n)]).slice(0, -2);
    await expect(
      sponsor(world, [{ contentId: world.contentId, unitPrice: PRICE, views: packed }], 2n * PRICE),
    )
      .to.be.revertedWithCustomError(world.host, 'ViewsMalformed')
      .withArgs(105);
  });

  it('refuses a view of no units', async () => {
    const world = await loadFixture(served);
    await expect(sponsor(world, [group(world.contentId, [view(world, 0n, { units: 0n })])], PRICE))
      .to.be.revertedWithCustomError(world.host, 'UnitsInvalid')
      .withArgs(0);
  });

  it('refuses a view without provider', async () => {
    const world = await loadFixture(served);
    const contents = [group(world.contentId, [view(world, 0n, { provider: ZeroAddress })])];
    await expect(sponsor(world, contents, PRICE)).to.be.revertedWithCustomError(world.host, 'ProviderZero');
  });

  it('refuses a unit price of 2^72', async () => {
    const world = await loadFixture(served);
    const contents = [group(world.contentId, [view(world, 0n)], 2n ** 72n)];
    await expect(sponsor(world, contents, PRICE))
      .to.be.revertedWithCustomError(world.host, 'PriceTooLarge')
      .withArgs(2n ** 72n);
  });

  it('refuses an amount below the cost', async () => {
    const world = await loadFixture(served);
    const contents = [group(world.contentId, [view(world, 0n), view(world, 1n, { units: 2n })])];
    await expect(sponsor(world, contents, 3n * PRICE - 1n))
      .to.be.revertedWithCustomError(world.host, 'SponsorshipTooLow')
      .withArgs(3n * PRICE, 3n * PRICE - 1n);
  });

  for (const value of [PRICE - 1n, PRICE + 1n, 0n]) {
    it(`refuses a value of ${value} for an amount of ${PRICE}`, async () => {
      const world = await loadFixture(served);
      const { host, stranger, contentId } = world;
      const contents = [group(contentId, [view(world, 0n)])];
      await expect(host.connect(stranger).sponsorViews(NATIVE, PRICE, LANE, contents, { value }))
        .to.be.revertedWithCustomError(host, 'WrongAmount')
        .withArgs(PRICE);
    });
  }

  it('refuses native coin sent along with a token', async () => {
    const world = await loadFixture(servedForToken);
    const { host, viewer, contentId, tokenAddress } = world;
    const contents = [group(contentId, [view(world, 0n)])];
    await expect(host.connect(viewer).sponsorViews(tokenAddress, PRICE, LANE, contents, { value: 1n }))
      .to.be.revertedWithCustomError(host, 'ValueNotAccepted')
      .withArgs(1);
  });

  it('refuses a token that takes a fee on transfer', async () => {
    const world = await loadFixture(feeTaking);
    const { host, viewer, contentId, tokenAddress } = world;
    await expect(
      host.connect(viewer).sponsorViews(tokenAddress, PRICE, LANE, [group(contentId, [view(world, 0n)])]),
    )
      .to.be.revertedWithCustomError(host, 'TransferMismatch')
      .withArgs(tokenAddress, PRICE, PRICE - PRICE / 100n);
  });

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

  it('judges the price by the terms in force, before and after a change', async () => {
    const world = await loadFixture(served);
    const { host, creator, stranger, provider, contentId } = world;
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 2n * PRICE, 5_000, false);
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

  it('skips a nonce used before, in the same call, in an earlier one, or by invalidateNonce()', async () => {
    const world = await loadFixture(served);
    const { host, stranger, provider, contentId } = world;
    await host.connect(stranger).invalidateNonce(nonceOf(9n));
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

  it('splits each view by itself and credits creators and providers', async () => {
    const world = await loadFixture(served);
    const { host, creator, provider, viewer, contentId } = world;
    const views = [
      view(world, 0n),
      view(world, 1n, { units: 3n }),
      view(world, 2n, { provider: viewer.address }),
    ];
    await sponsor(world, [group(contentId, views)], 5n * PRICE);
    const [creatorOfThree, providerOfThree] = split(3n * PRICE);
    expect(await host.credits(creator, NATIVE)).to.equal(2n * CREATOR_AMOUNT + creatorOfThree);
    expect(await host.credits(provider, NATIVE)).to.equal(PROVIDER_AMOUNT + providerOfThree);
    expect(await host.credits(viewer, NATIVE)).to.equal(PROVIDER_AMOUNT);
  });

  it('pays the unit price that the sponsor names, above the price in force', async () => {
    const world = await loadFixture(served);
    await sponsor(world, [group(world.contentId, [view(world, 0n)], 2n * PRICE)], 2n * PRICE);
    expect(await world.host.credits(world.provider, NATIVE)).to.equal(split(2n * PRICE)[1]);
  });

  it('logs every view it paid, one log a content', async () => {
    const world = await loadFixture(served);
    const { host, creator, stranger, contentId } = world;
    await host.connect(creator).publish(publication({ cid: 'second', providerShareBps: 10_000n }));
    const second = contentIdOf(creator.address, NATIVE, 'second');
    const ofFirst = [
      view(world, 3n),
      view(world, 4n, { units: 2n ** 32n - 1n, viewTimeSec: 2n ** 40n - 1n }),
    ];
    const ofSecond = [view(world, 2n ** 32n - 1n)];
    const amount = (2n ** 32n + 1n) * PRICE;
    await networkHelpers.setBalance(stranger.address, 2n * amount);
    const logged = await events(
      world,
      await sponsor(world, [group(contentId, ofFirst), group(second, ofSecond)], amount),
    );
    expect(logged.map(({ name }) => name)).to.deep.equal(['ViewsSponsored', 'ViewsSponsored']);
    const told = logged.map(({ args }) => [args.sponsor, args.contentId, args.unitPrice, args.lane]);
    expect(told).to.deep.equal([contentId, second].map((id) => [stranger.address, id, PRICE, LANE]));
    const amounts = (units: bigint, shareBps?: bigint) => {
      const [creatorAmount, providerAmount] = split(units * PRICE, shareBps);
      return { creatorAmount, providerAmount };
    };
    const views = logged.map(({ args }) => loggedViews(args.views).map(checksummed));
    expect(views).to.deep.equal([
      ofFirst.map((each) => ({ ...each, ref: refOf(contentId, each), ...amounts(each.units) })),
      ofSecond.map((each) => ({ ...each, ref: refOf(second, each), ...amounts(1n, 10_000n) })),
    ]);
  });

  it('logs no content of which it paid no view', async () => {
    const world = await loadFixture(served);
    const contents = [group(world.contentId, [view(world, 0n)])];
    await sponsor(world, contents, PRICE);
    const logged = await events(world, await sponsor(world, contents, 0n));
    expect(logged.map(({ name }) => name)).to.deep.equal(['ViewSkipped']);
    expect(await events(world, await sponsor(world, [group(world.contentId, [])], 0n))).to.deep.equal([]);
  });

  it('pays for an ended stream and a retired content', async () => {
    const world = await loadFixture(served);
    const { host, creator, provider, contentId } = world;
    await host.connect(provider).deregisterStream(contentId);
    await host.connect(creator).retire(contentId);
    await networkHelpers.time.increase(NOTICE_SEC);
    await sponsor(world, [group(contentId, [view(world, 0n)])], PRICE);
    expect(await host.credits(provider, NATIVE)).to.equal(PROVIDER_AMOUNT);
  });

  it('credits the sponsor what it did not spend, and logs it', async () => {
    const world = await loadFixture(served);
    const { host, stranger, contentId } = world;
    await expect(sponsor(world, [group(contentId, [view(world, 0n)])], PRICE + 7n))
      .to.emit(host, 'SurplusCredited')
      .withArgs(stranger.address, NATIVE, 7);
    expect(await host.credits(stranger, NATIVE)).to.equal(7n);
  });

  it('moves exactly the amount from the sponsor to the contract', async () => {
    const world = await loadFixture(served);
    const sent = sponsor(world, [group(world.contentId, [view(world, 0n)])], PRICE);
    await expect(sent).to.changeEtherBalances(ethers, [world.stranger, world.host], [-PRICE, PRICE]);
  });

  it('pays in a token, and credits the surplus in it', async () => {
    const world = await loadFixture(servedForToken);
    const { host, hostAddress, creator, provider, viewer, contentId, token, tokenAddress } = world;
    const contents = [group(contentId, [view(world, 0n)])];
    await host.connect(viewer).sponsorViews(tokenAddress, PRICE + 7n, LANE, contents);
    expect(await token.balanceOf(hostAddress)).to.equal(PRICE + 7n);
    const credits = [creator, provider, viewer].map((account) => host.credits(account, tokenAddress));
    expect(await Promise.all(credits)).to.deep.equal([CREATOR_AMOUNT, PROVIDER_AMOUNT, 7n]);
  });
});

function checksummed<T extends SponsoredView>(logged: T): T {
  return { ...logged, viewer: getAddress(logged.viewer), provider: getAddress(logged.provider) };
}
