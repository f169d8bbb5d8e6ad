import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { openSqliteBook } from '../../indexer/store/sqlite/book/book.ts';
import { type Market, openMarket, type Shop } from '../real/minutes/market.ts';
import { runNode } from '../scripts/run.ts';
import { getJson, type HostProcess, startHost } from './host.ts';
import { bookOf, buyKey, type OpenedChannel, openChannel, type SoldVideo } from './key-sale.ts';
import { indexed } from './provide-world.ts';
import { shuffled } from './shuffled.ts';

/** Where the host is killed while it sells, and the script while it claims; then the chain takes back what was mined. */
const SALES = ['checked', 'judged', 'stored'].flatMap((at) =>
  ['', ':2', ':4'].map((nth) => `sale.${at}${nth}`),
);
const CLAIMS = ['sealed', 'recorded', 'signed', 'sent', 'mined'].map((at) => `claim.${at}`);
const KILLS = Number(process.env.KILLS ?? 1);
const SEED = Number(process.env.SEED ?? 20_261_130);
const UNITS = 4;
const FINAL_BLOCKS = 100;

interface Channels {
  channels: { claimed_base_units: string }[];
}

describe(`kills with a reorganisation of the chain between (seed ${SEED})`, () => {
  let market: Market;
  let shop: Shop;
  let host: HostProcess;
  let port: string;
  let video: SoldVideo;
  /** What each channel has signed for, in units. */
  const signed = new Map<OpenedChannel, number>();

  before(async () => {
    // A block for each transaction, and none else: so a test knows how deep it is.
    market = await openMarket([{ operator: 5, videos: 1, inToken: false }], []);
    [shop] = market.shops as [Shop];
    host = shop.host;
    port = new URL(host.url).port;
    const [{ cid, contentId, price, playUrl }] = shop.listings as [Shop['listings'][number]];
    const { keys } = await getJson<{ keys: string[] }>(`${playUrl}/content.json`);
    video = { cid, contentId, price, hashes: keys };
  });
  after(async () => {
    await host?.end('SIGKILL');
    await market?.stop();
  });

  const chain = (method: string, ...params: unknown[]) => market.chain.provider.send(method, params);
  const head = () => market.chain.provider.getBlockNumber();
  const mine = (blocks: number) => chain('anvil_mine', `0x${blocks.toString(16)}`);
  const snapshot = async () => String(await chain('evm_snapshot'));
  /** All that came since is undone; other blocks, and more of them, take its place. */
  async function reorganise(to: string): Promise<void> {
    const before = await head();
    await chain('evm_revert', to);
    await mine(before - (await head()) + 2);
  }
  async function start(more: Record<string, string> = {}): Promise<void> {
    const env = { ...shop.env, CLAIM: 'off', PORT: port, RATE_LIMIT_WRITES_PER_MIN: '0', ...more };
    host = await startHost({ dataDir: shop.dataDir, env });
    await indexed(host, await head());
  }
  async function restart(more: Record<string, string> = {}): Promise<void> {
    await host.end('SIGTERM');
    await start(more);
  }
  const claims = () => market.contract.queryFilter(market.contract.filters.VoucherClaimed());
  async function vouchers() {
    const book = openSqliteBook({ path: shop.bookPath });
    const { rows } = await book.vouchersOf({ provider: shop.provider.address, limit: 1_000 });
    await book.close();
    return rows;
  }
  /** Every unit by one voucher, each key the one of the CID, and of who has been served before. */
  async function expectAll(channel: OpenedChannel, served = new Map<number, string>()): Promise<void> {
    for (let unit = 0; unit < UNITS; unit += 1) {
      const key = await buyKey(host, video, channel, { unit, paid: UNITS });
      expect(createHash('sha256').update(key, 'base64').digest('hex')).to.equal(video.hashes[unit]);
      expect(served.get(unit) ?? key).to.equal(key);
      served.set(unit, key);
    }
    expect(await bookOf(shop.dataDir, video, channel)).to.deep.equal({ bought: UNITS, paid: UNITS });
  }

  for (const [kill, point] of shuffled(SALES, SEED).slice(0, KILLS).entries()) {
    it(`at ${point}, and the deposit is undone: nothing is sold until it is back, nothing twice (${kill + 1} of ${KILLS})`, async () => {
      const before = await snapshot();
      const channel = await openChannel(host);
      await restart({ CRASH_AT: point });
      const served = new Map<number, string>();
      for (const unit of [0, 1, 1, 2, 0, 3]) {
        const key = await buyKey(host, video, channel, { unit, paid: unit + 1 }).catch(() => null);
        if (key !== null) served.set(unit, key);
      }
      expect(await host.gone).to.equal('SIGKILL');
      const kept = await bookOf(shop.dataDir, video, channel);
      expect(kept.bought).to.be.at.least(served.size).and.at.most(kept.paid);

      await reorganise(before);
      await start();
      const again = new Map<number, string>();
      for (let unit = 0; unit < UNITS; unit += 1) {
        const buy = (paid: number) => buyKey(host, video, channel, { unit, paid }).catch(() => null);
        const key = await buy(kept.paid);
        if (key !== null) again.set(unit, key);
        expect(await buy(kept.paid + 1)).to.equal(null);
      }
      // All that is open for the voucher that stands there, also what a kill kept from leaving; nothing else.
      expect([...again]).to.deep.include.members([...served]);
      expect(again.size).to.equal(kept.bought);
      expect(await bookOf(shop.dataDir, video, channel)).to.deep.equal(kept);
      await channel.deposit();
      await expectAll(channel, served);
      signed.set(channel, UNITS);
    });
  }

  it('records.sqlite dropped: every key sold and every voucher is still there', async () => {
    const channel = await openChannel(host);
    const served = new Map<number, string>();
    await expectAll(channel, served);
    signed.set(channel, UNITS);
    const before = await vouchers();
    await host.end('SIGTERM');
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(shop.dataDir, `records.sqlite${suffix}`), { force: true });
    await start();
    expect(await vouchers()).to.deep.equal(before);
    for (const each of signed.keys()) await expectAll(each, each === channel ? served : undefined);
    expect(await vouchers()).to.deep.equal(before);
  });

  for (const [kill, point] of shuffled(CLAIMS, SEED).slice(0, KILLS).entries()) {
    it(`at ${point}, and the claim is undone, twice: every voucher is paid once (${kill + 1} of ${KILLS})`, async () => {
      for (const units of [1, 2, 3]) {
        const channel = await openChannel(host);
        for (let unit = 0; unit < units; unit += 1)
          await buyKey(host, video, channel, { unit, paid: unit + 1 });
        signed.set(channel, units);
      }
      await mine(FINAL_BLOCKS);
      await host.end('SIGTERM');
      const claim = (more: Record<string, string> = {}) =>
        runNode(['scripts/claim.ts', '--all', '--yes'], { ...shop.env, ...more });
      const paid = (await claims()).length;
      const before = await snapshot();
      const killed = await claim({ CRASH_AT: point });
      expect(killed.how, killed.stdout + killed.stderr).to.equal('SIGKILL');
      await reorganise(before);

      const undone = await snapshot();
      const again = await claim();
      expect(again.how, again.stdout + again.stderr).to.equal(0);
      expect(await claims()).to.have.length(signed.size);
      await reorganise(undone);
      expect(await claims()).to.have.length(paid);
      const last = await claim();
      expect(last.how, last.stdout + last.stderr).to.equal(0);
      await mine(FINAL_BLOCKS);
      await claim();
      await start();
      await expectPaidOnce();
    });
  }

  /** On chain each channel's voucher is claimed once, whole; the book says so, and the sums are those of what was signed. */
  async function expectPaidOnce(): Promise<void> {
    const { contract } = market;
    const claimed = await claims();
    const ids = [...signed.keys()].map(({ channelId }) => channelId.toLowerCase());
    expect(claimed.map(({ args }) => args.channelId.toLowerCase()).sort()).to.deep.equal([...ids].sort());
    expect(await contract.queryFilter(contract.filters.VoucherRejected())).to.deep.equal([]);
    const rows = await vouchers();
    expect(new Set(rows.map(({ state }) => state))).to.deep.equal(new Set(['claimed']));
    const total = BigInt([...signed.values()].reduce((sum, each) => sum + each, 0)) * video.price;
    expect(rows.reduce((sum, row) => sum + row.total, 0n)).to.equal(total);
    const [{ creator }] = shop.listings as [Shop['listings'][number]];
    const credits = [shop.provider.address, creator].map((wallet) => contract.credits(wallet, ZeroAddress));
    expect((await Promise.all(credits)).reduce((sum, each) => sum + each, 0n)).to.equal(total);
    for (const [{ channelId }, units] of signed) {
      const { channels } = await getJson<Channels>(`${host.url}/channels/${channelId}`);
      expect(channels.map((each) => each.claimed_base_units)).to.deep.equal([
        String(BigInt(units) * video.price),
      ]);
    }
  }
}).timeout(240_000);
