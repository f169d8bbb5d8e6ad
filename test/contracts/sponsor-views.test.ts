import { expect } from 'chai';
import { getAddress, ZeroAddress } from 'ethers';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import {
  events,
  group,
  LANE,
  loggedViews,
  packViews,
  refOf,
  type SponsoredView,
  sponsor,
  view,
} from './sponsor.ts';
import {
  at,
  contentIdOf,
  ethers,
  NATIVE,
  NOTICE_SEC,
  networkHelpers,
  newHost,
  PRICE,
  publication,
  served,
  servedFor,
  servedForToken,
  split,
} from './world.ts';

const { loadFixture } = networkHelpers;
const SPONSORED_TOPIC = StreamHost__factory.createInterface().getEvent('ViewsSponsored').topicHash;
const [CREATOR_AMOUNT, PROVIDER_AMOUNT] = split(PRICE);
const feeTaking = async () => await servedFor('FeeToken', await newHost());

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

  it('refuses a view without provider, or whose provider is the contract itself', async () => {
    const world = await loadFixture(served);
    for (const provider of [ZeroAddress, await world.host.getAddress()]) {
      const contents = [group(world.contentId, [view(world, 0n, { provider })])];
      await expect(sponsor(world, contents, PRICE))
        .to.be.revertedWithCustomError(world.host, 'ProviderInvalid')
        .withArgs(provider);
    }
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
    const { restore } = await networkHelpers.takeSnapshot();
    await at(2n ** 40n - 1n);
    const logged = await events(
      world,
      await sponsor(world, [group(contentId, ofFirst), group(second, ofSecond)], amount),
    );
    await restore();
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

  it('encodes each log as a compiler would, also after a longer one and beside skipped views', async () => {
    const world = await loadFixture(served);
    const { host, contentId } = world;
    const longer = [0n, 1n, 2n].map((counter) => view(world, counter));
    const shorter = [view(world, 3n), view(world, 0n), view(world, 4n)];
    const sent = await sponsor(world, [group(contentId, longer), group(contentId, shorter)], 5n * PRICE);
    const logs = (await sent.wait())?.logs.filter(({ topics }) => topics[0] === SPONSORED_TOPIC) ?? [];
    expect(logs.length).to.equal(2);
    for (const log of logs) {
      const { args, fragment } = host.interface.parseLog(log) ?? {};
      expect(fragment && args && host.interface.encodeEventLog(fragment, args.toArray()).data).to.equal(
        log.data,
      );
    }
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

  it('pays in a token, also after a change of terms', async () => {
    const world = await loadFixture(servedForToken);
    const { host, creator, provider, viewer, contentId, tokenAddress } = world;
    await host.connect(creator).scheduleTerms(contentId, 1_000, 2_500, 0);
    await networkHelpers.time.increase(NOTICE_SEC);
    const contents = [group(contentId, [view(world, 0n)], 1_000n)];
    await host.connect(viewer).sponsorViews(tokenAddress, 1_000, LANE, contents);
    expect(await host.credits(provider, tokenAddress)).to.equal(250n);
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
