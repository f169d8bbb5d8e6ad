import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import { JsonRpcProvider, parseEther, Wallet, ZeroAddress, ZeroHash } from 'ethers';
import { VOUCHER_TYPES } from '../../indexer/playback/sale/voucher.ts';
import { channelScope } from '../../indexer/store/book/vouchers.ts';
import { openSqliteBook } from '../../indexer/store/sqlite/book/book.ts';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { makeVideo } from '../packager/samples.ts';
import { testWallet } from '../wallets.ts';
import { dataFolder, eventually, getJson, type HostProcess, removeFolder, startHost } from './host.ts';
import { shuffled } from './shuffled.ts';

/** Where the host is killed: before the first sale is written, in its transaction, or behind it; or at a later one. */
const POINTS = ['checked', 'judged', 'stored'].flatMap((at) =>
  ['', ':2', ':3', ':5'].map((nth) => `sale.${at}${nth}`),
);
const KILLS = Number(process.env.KILLS ?? 1);
const SEED = Number(process.env.SEED ?? 20_261_130);
/** One that outlives the start of another process: streams are registered with it. */
const PUBLIC_URL = 'https://host.example';
const PRICE = parseEther('0.001');
const UNITS = 4;

describe(`a host that is killed while it sells keys (seed ${SEED})`, () => {
  let dataDir: string;
  let host: HostProcess;
  let video: { cid: string; contentId: string; hashes: string[] };
  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir, env: { PUBLIC_URL } });
    video = await sold(host);
  });
  after(async () => {
    await host.end('SIGTERM');
    await removeFolder(dataDir);
  });

  const points = shuffled(POINTS, SEED);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const point = points[kill % points.length] ?? '';
    it(`at ${point}: no unit is charged twice, and none served without its voucher (${kill + 1} of ${KILLS})`, async () => {
      const channel = await openChannel(host);
      await host.end('SIGTERM');
      host = await startHost({ dataDir, env: { PUBLIC_URL, CRASH_AT: point } });
      // Each voucher pays for one unit more; two of them are asked for twice.
      const served = new Map<number, string>();
      for (const unit of [0, 1, 1, 2, 0, 3]) {
        const key = await buy(host, channel, unit, unit + 1).catch(() => null);
        if (key !== null) served.set(unit, key);
      }
      expect(await host.gone).to.equal('SIGKILL');
      const before = await bookOf(channel);
      expect(before.bought).to.be.at.least(served.size).and.at.most(before.paid);

      host = await startHost({ dataDir, env: { PUBLIC_URL } });
      for (let unit = 0; unit < UNITS; unit++) {
        const key = await buy(host, channel, unit, UNITS);
        expect(createHash('sha256').update(key, 'base64').digest('hex')).to.equal(video.hashes[unit]);
        expect(served.get(unit) ?? key).to.equal(key);
      }
      expect(await bookOf(channel)).to.deep.equal({ bought: UNITS, paid: UNITS });
    });
  }

  async function openChannel({ rpcUrl, url }: HostProcess) {
    const chain = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1, pollingInterval: 20 });
    try {
      const facts = await getJson<{ chain_id: number; contract: string; provider_wallet: string }>(
        `${url}/chain`,
      );
      const key = Wallet.createRandom();
      const amount = parseEther('0.1');
      const contract = StreamHost__factory.connect(facts.contract, testWallet(3, chain));
      const config = [facts.provider_wallet, ZeroAddress, key.address, ZeroHash, amount] as const;
      const channelId = await contract.open.staticCall(...config, { value: amount });
      await (await contract.open(...config, { value: amount })).wait();
      return { channelId, key, contract: facts.contract, chainId: facts.chain_id };
    } finally {
      chain.destroy();
    }
  }

  type Channel = Awaited<ReturnType<typeof openChannel>>;

  /** @returns the key in base64 */
  async function buy({ url }: HostProcess, channel: Channel, unit: number, paid: number): Promise<string> {
    const { channelId, key, contract: verifyingContract, chainId } = channel;
    const items = [{ contentId: video.contentId, units: paid, unitPrice: PRICE }];
    const voucher = { channelId, epoch: 1, seq: 0, items };
    const domain = { name: 'StreamHost', version: '1', chainId, verifyingContract };
    const signature = await key.signTypedData(domain, VOUCHER_TYPES, voucher);
    const sent = { ...voucher, items: [[video.contentId, String(paid), String(PRICE)]] };
    const answer = await fetch(`${url}/play/${video.cid}/keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ units: [unit], voucher: sent, signature }),
    });
    const body = (await answer.json()) as { keys: Record<string, string> };
    if (!answer.ok) throw new Error(JSON.stringify(body));
    return String(body.keys[String(unit)]);
  }

  /** Units that were bought, and that the voucher pays for, as they lie on the disk. */
  async function bookOf({ channelId, contract: at }: Channel) {
    const book = openSqliteBook({ path: join(dataDir, 'book.sqlite') });
    try {
      const contract = at.toLowerCase();
      const scope = channelScope({ contract, channelId, epoch: 1 });
      const of = { contract, contentId: video.contentId, nowSec: 0 };
      const open = await book.openFor(testWallet(3).address, of);
      const own = open.filter((opening) => opening.scope === scope);
      expect(new Set(own.map(({ unit }) => unit)).size).to.equal(own.length);
      const voucher = await book.voucher({ contract, channelId, epoch: 1, seq: 0 });
      return { bought: own.length, paid: voucher?.items[0]?.units ?? 0 };
    } finally {
      await book.close();
    }
  }
}).timeout(120_000);

/** A protected video with some units, priced by the minute and served. */
async function sold({ url }: HostProcess) {
  const form = new FormData();
  const meta = {
    ...{
      video_name: 'A film',
      content_creator_wallet: testWallet(1).address,
      creator_share: 70,
      provider_share: 30,
    },
    ...{ price: '0.001', unit: 'minute', protect: true, serve: true },
  };
  form.set('json_data', JSON.stringify(meta));
  form.set('file', new Blob([await makeVideo('mp4', { seconds: UNITS * 60 })]), 'a.mp4');
  const answer = await fetch(`${url}/upload-content`, { method: 'POST', body: form });
  const { upload } = (await answer.json()) as { upload: { id: string } };
  const done = await eventually(
    60_000,
    async () =>
      (
        await getJson<{
          upload: { state: string; result: { meta: { cid: string; content_id: string } } | null };
        }>(`${url}/uploads/${upload.id}`)
      ).upload,
    ({ state }) => state === 'packaged' || state === 'failed',
  );
  const cid = String(done.result?.meta.cid);
  const { keys } = await getJson<{ keys: string[] }>(`${url}/ipfs/${cid}/content.json`);
  return { cid, contentId: String(done.result?.meta.content_id), hashes: keys };
}
