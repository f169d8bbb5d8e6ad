import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseEther, Signature, ZeroAddress } from 'ethers';
import { openSqliteBook } from '../../indexer/store/sqlite/book/book.ts';
import { node } from '../child.ts';
import { packBatch } from '../contracts/vouchers.ts';
import { eventually, getJson, type HostProcess, startHost } from '../e2e/host.ts';
import { runNode } from '../scripts/run.ts';
import { bookOf } from './minutes/accounts.ts';
import { type Market, openMarket, type Shop, UNITS } from './minutes/market.ts';
import { openChannels, type Viewer, watch } from './minutes/viewers.ts';
import { freePort } from './web/free-port.ts';

const DEPOSIT = parseEther('1');
const FINAL_BLOCKS = '0x10';
const WAIT_MS = 30_000;
const TAKE_OVER = [...node('indexer/main.ts'), '--take-over'];
const ALL = Array.from({ length: UNITS }, (_, unit) => unit);

/** Of a provider that sells two films to four viewers; what happens between backup and loss, no book knows any more. */
describe('a DATA_DIR that is lost, and restored from its backup at another address', function () {
  this.timeout(240_000);
  let market: Market;
  let shop: Shop;
  let folder: string;
  let copy: string;
  let again: HostProcess | undefined;
  /** Whose vouchers grew after the backup; whose were claimed then; who never comes back; whom the backup does not know. */
  let ahead: Viewer;
  let claimed: Viewer;
  let gone: Viewer;
  let unknown: Viewer;
  const all = () => [ahead, claimed, gone, unknown];
  const spent = async () =>
    await Promise.all(all().map(async ({ channel }) => (await channel.balance()).spent));
  let signedFor: bigint[];

  const script = async (name: string, ...args: string[]) => {
    const { how, stdout, stderr } = await runNode([`scripts/${name}.ts`, ...args], shop.env);
    expect(how, stdout + stderr).to.equal(0);
  };
  const media = (from: string, to: string) => {
    for (const part of ['roots', 'files'])
      cpSync(join(from, 'media', part), join(to, 'media', part), { recursive: true });
  };
  const units = (viewer: Viewer, numbers: readonly number[]) => Object.assign(viewer, { units: numbers });
  /** As where the browser has lost its keys, too: the host is asked for each. */
  async function askFor(viewer: Viewer, numbers: readonly number[]): Promise<number> {
    await viewer.storage.remove('keys');
    return await watch(units(viewer, numbers));
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'restore-'));
    copy = join(folder, 'book.sqlite');
    market = await openMarket([{ operator: 5, videos: 2, inToken: false }]);
    [shop] = market.shops as [Shop];
    [ahead, claimed, gone] = (await openChannels(market, shop, { viewers: 3, deposit: DEPOSIT })) as [
      Viewer,
      Viewer,
      Viewer,
    ];
    for (const viewer of [ahead, claimed, gone]) expect(await watch(units(viewer, [0]))).to.equal(2);

    await script('backup', copy);
    media(shop.dataDir, folder);

    expect(await watch(units(ahead, [1, 2]))).to.equal(4);
    expect(await watch(units(claimed, [1]))).to.equal(2);
    await claim(claimed);
    [unknown] = (await openChannels(market, shop, { viewers: 1, deposit: DEPOSIT })) as [Viewer];
    expect(await watch(units(unknown, [0]))).to.equal(2);
    await market.chain.provider.send('anvil_mine', [FINAL_BLOCKS]);
    signedFor = await spent();

    await shop.host.end('SIGKILL');
    rmSync(shop.dataDir, { recursive: true });
  });
  after(async () => {
    await again?.end('SIGKILL');
    await market?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The provider is paid for the voucher of a channel, as a host that claims has it. */
  async function claim({ channel }: Viewer): Promise<void> {
    await using parts = new AsyncDisposableStack();
    const book = parts.adopt(openSqliteBook({ path: shop.bookPath }), (open) => open.close());
    const { rows } = await book.vouchersOf({ provider: shop.provider.address, limit: 100 });
    const signed = rows.filter(({ channelId }) => channelId === channel.id);
    const { contents, vouchers } = packBatch(
      signed.map(({ channelId, epoch, seq, items, signature }) => ({
        ...{ channelId, epoch: BigInt(epoch), seq: BigInt(seq), signature: Signature.from(signature) },
        items: items.map((item) => ({ ...item, units: BigInt(item.units) })),
      })),
    );
    const contract = market.contract.connect(shop.provider.signer);
    await (await contract.claim(shop.provider.address, ZeroAddress, contents, vouchers)).wait();
  }

  async function startAgain(words?: string[]): Promise<void> {
    const port = await freePort();
    const env = {
      ...shop.env,
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      RATE_LIMIT_READS_PER_MIN: '0',
      RATE_LIMIT_WRITES_PER_MIN: '0',
    };
    again = await startHost({ dataDir: shop.dataDir, env }, words);
    const { url } = again;
    for (const listing of shop.listings) listing.playUrl = `${url}/play/${listing.cid}`;
  }

  it('comes back by npm run restore, and sells nothing while its streams lead to the old address', async () => {
    await script('restore', copy, '--yes');
    media(folder, shop.dataDir);
    await startAgain();
    const sales = async () => {
      // 503, and degraded for its age, until it has read the chain.
      const { parts } = JSON.parse(await (await fetch(`${again?.url}/readyz`)).text());
      return parts.sales as { state: string; reason?: string };
    };
    const shown = await eventually(WAIT_MS, sales, ({ reason }) => reason?.includes('--take-over') ?? false);
    expect(shown.state).to.equal('degraded');
    expect(shown.reason).to.contain('--take-over');
    await again?.end('SIGTERM');
  });

  it('moves its streams by npm start -- --take-over', async () => {
    await startAgain(TAKE_OVER);
    for (const { cid, playUrl } of shop.listings) {
      const streams = () => getJson<{ streams: { stream_url: string }[] }>(`${again?.url}/streams/${cid}`);
      const moved = await eventually(WAIT_MS, streams, (shown) => shown.streams[0]?.stream_url === playUrl);
      expect(moved.streams.map(({ stream_url }) => stream_url)).to.deep.equal([playUrl]);
    }
  });

  it('charges nobody twice: vouchers that are newer than the backup, or on chain, come back by their viewers', async () => {
    expect(await askFor(ahead, [0, 1, 2])).to.equal(6);
    expect(await askFor(claimed, [0, 1])).to.equal(4);
    expect(await askFor(unknown, [0])).to.equal(2);
    expect(await spent()).to.deep.equal(signedFor);
  });

  it('plays every video: each key is the one of its CID, for one unit each', async () => {
    expect(await askFor(ahead, ALL)).to.equal(2 * UNITS);
    const perUnit = shop.listings.reduce((sum, { price }) => sum + price, 0n);
    expect((await ahead.channel.balance()).spent).to.equal(BigInt(UNITS) * perUnit);
  });

  it('claims every voucher of the backup, and what came back, once', async () => {
    const { how, stderr } = await shop.claim();
    expect(how, stderr).to.equal(0);
    await market.chain.provider.send('anvil_mine', [FINAL_BLOCKS]);
    for (const { channel, deposit } of all()) {
      const { deposit: left, spent: signed } = await channel.balance();
      expect(left, channel.id).to.equal(deposit - signed);
    }
    const { filters } = market.contract;
    expect(await market.contract.queryFilter(filters.VoucherRejected())).to.deep.equal([]);
    const states = async () => bookOf(shop).vouchers.map(({ state }) => state);
    const ended = await eventually(WAIT_MS, states, (shown) => shown.every((state) => state === 'claimed'));
    expect(new Set(ended)).to.deep.equal(new Set(['claimed']));
  });
});
