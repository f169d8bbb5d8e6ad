import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { claim, openChannel } from './channels.ts';
import { failed } from './until.ts';
import { PRICE, startWorld, type World } from './world.ts';

interface Parties {
  viewer: string;
  provider: string;
  token: string;
  authorizer: string;
  salt: string;
}

interface ChannelRow {
  deposit: string;
  claimed: string;
  epoch: number;
  next_seq: number;
  withdrawable_at: number | null;
}

describe('payment channels, mirrored', () => {
  let world: World;
  let first: string;
  let second: string;
  before(async () => {
    world = await startWorld();
    first = await world.publish('first');
    second = await world.publish('second', world.sponsor);
  });
  after(() => world.close());

  it('hold what the contract says after each call, and what the calls were', async () => {
    const { viewer, provider } = world;
    const channel = await openChannel(world, 20n * PRICE);
    const parties = {
      viewer,
      provider,
      token: ZeroAddress,
      authorizer: channel.named[2],
      salt: channel.named[3],
    };
    const process = await world.startIndexer();
    const same = async () => {
      const { channels = [] } = await process.settled();
      const row = channels[0] as ChannelRow;
      const state = await world.channelOf(parties);
      expect([
        BigInt(row.deposit),
        BigInt(row.epoch),
        BigInt(row.next_seq),
        BigInt(row.withdrawable_at ?? 0),
      ]).to.deep.equal([state.deposit, state.epoch, state.nextSeq, state.withdrawableAtSec]);
      return row;
    };

    await same();
    await world.act(world.sponsor, 'deposit', [parties, PRICE], { value: PRICE });
    await same();
    await claim(world, channel, { seq: 3, units: 2, contentIds: [first, second] });
    expect((await same()).claimed).to.equal(String(4n * PRICE));
    await claim(world, channel, { seq: 3, units: 1, contentIds: [first] });
    await claim(world, channel, { seq: 9, units: 100, contentIds: [first] });
    await same();
    await world.act(viewer, 'initiateWithdraw', channel.named);
    await same();
    await world.act(viewer, 'cancelWithdraw', channel.named);
    await same();
    await world.act(viewer, 'initiateWithdraw', channel.named);
    await world.act(provider, 'release', [channel.whole]);
    const { epoch, deposit } = await same();
    expect([epoch, deposit]).to.deep.equal([2, '0']);

    const stored = await process.store.channel(world.contract.address, channel.id);
    if (!stored) throw new Error('the channel is not in the records');
    const events = await process.store.channelEvents(stored, 100);
    expect(events.map(({ kind, amount, seq, reason }) => [kind, amount, seq, reason])).to.deep.equal([
      ['released', 17n * PRICE, null, null],
      ['withdraw_initiated', null, null, null],
      ['withdraw_cancelled', null, null, null],
      ['withdraw_initiated', null, null, null],
      ['rejected', null, 9, 8],
      ['rejected', null, 3, 3],
      ['claimed', 4n * PRICE, 3, null],
      ['deposited', PRICE, null, null],
      ['deposited', 20n * PRICE, null, null],
      ['opened', null, null, null],
    ]);
    await process.stop();
  });

  it('a bill is in the history, item by item, and its parts are the credits of the contract', async () => {
    const channel = await openChannel(world, 9n * PRICE);
    await claim(world, channel, { seq: 0, units: 3, contentIds: [first, second] });
    const process = await world.startIndexer();
    await process.settled();
    const page = await process.store.views({ by: 'viewer', key: world.viewer, limit: 2 });
    expect(
      page.rows.map(({ source, contentId, units, amount }) => [source, contentId, units, amount]),
    ).to.deep.equal([
      ['voucher', second, 3, 3n * PRICE],
      ['voucher', first, 3, 3n * PRICE],
    ]);
    for (const wallet of [world.creator, world.sponsor, world.provider, world.viewer]) {
      const { byToken } = await process.store.earnings(wallet);
      const balance = byToken.reduce((sum, { credited, withdrawn }) => sum + credited - withdrawn, 0n);
      expect(balance, wallet).to.equal(await world.owed(wallet));
    }
    await process.stop();
  });

  it('a rejection by somebody who is not its provider is not shown at a channel', async () => {
    const channel = await openChannel(world, PRICE);
    await claim({ ...world, provider: world.sponsor }, channel, { seq: 0, units: 1, contentIds: [first] });
    const process = await world.startIndexer();
    await process.settled();
    const stored = await process.store.channel(world.contract.address, channel.id);
    const kinds = stored && (await process.store.channelEvents(stored, 9)).map(({ kind }) => kind);
    expect(kinds).to.deep.equal(['deposited', 'opened']);
    await process.stop();
  });

  it('are listed by viewer and by provider, latest first, page by page', async () => {
    const { viewer, provider, creator } = world;
    const process = await world.startIndexer();
    await process.settled();
    const { store } = process;
    const all = (await store.channelsOf({ wallet: viewer, limit: 100 })).rows.map(
      ({ channelId }) => channelId,
    );
    expect(all).to.have.length(3);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.channelsOf({
        wallet: provider,
        role: 'provider',
        limit: 1,
        ...(cursor && { cursor }),
      });
      paged.push(...page.rows.map(({ channelId }) => channelId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(paged).to.deep.equal(all);
    expect((await store.channelsOf({ wallet: provider, role: 'viewer', limit: 9 })).rows).to.deep.equal([]);
    expect((await store.channelsOf({ wallet: creator, limit: 9 })).rows).to.deep.equal([]);
    expect(await store.channelsById(`0x${'00'.repeat(32)}`)).to.deep.equal([]);
    await process.stop();
  });

  it('are listed by either role page by page, and once where viewer and provider are the same', async () => {
    const { sponsor, viewer, creator } = world;
    const own = await openChannel({ ...world, viewer: sponsor, provider: sponsor }, PRICE);
    const served = await openChannel({ ...world, provider: sponsor }, PRICE);
    const opened = await openChannel({ ...world, viewer: sponsor, provider: creator }, PRICE);
    const process = await world.startIndexer();
    await process.settled();
    const paged: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await process.store.channelsOf({ wallet: sponsor, limit: 2, ...(cursor && { cursor }) });
      paged.push(page.rows.map(({ channelId }) => channelId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(paged).to.deep.equal([[opened.id, served.id], [own.id]]);
    expect(served.viewer).to.equal(viewer);
    await process.stop();
  });

  for (const [name, call] of [
    ['a deposit', (parties) => world.act(world.sponsor, 'deposit', [parties, PRICE], { value: PRICE })],
    ['a withdrawal', ({ viewer }, named) => world.act(viewer, 'initiateWithdraw', named)],
  ] as [string, (parties: Parties, named: string[]) => Promise<number>][]) {
    it(`${name} from before the records begin says that the start block is too high`, async () => {
      const { viewer, provider, contract, node } = world;
      const { named } = await openChannel(world, PRICE);
      const [, token, authorizer, salt] = named;
      const startBlock = 1 + Number(await node.send('eth_blockNumber'));
      await call({ viewer, provider, token, authorizer, salt }, named);
      const process = await world.startIndexer({ deployments: [{ ...contract, startBlock }] });
      await failed(process.indexer);
      expect(process.indexer.status().lastError?.message).to.contain('start block');
      await process.stop();
    });
  }
});
