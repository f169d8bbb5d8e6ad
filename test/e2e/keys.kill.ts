import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { parseEther } from 'ethers';
import { makeVideo } from '../packager/samples.ts';
import { testWallet } from '../wallets.ts';
import { dataFolder, eventually, getJson, type HostProcess, removeFolder, startHost } from './host.ts';
import { bookOf, buyKey, openChannel, type SoldVideo } from './key-sale.ts';
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
  let video: SoldVideo;
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
        const key = await buyKey(host, video, channel, { unit, paid: unit + 1 }).catch(() => null);
        if (key !== null) served.set(unit, key);
      }
      expect(await host.gone).to.equal('SIGKILL');
      const before = await bookOf(dataDir, video, channel);
      expect(before.bought).to.be.at.least(served.size).and.at.most(before.paid);

      host = await startHost({ dataDir, env: { PUBLIC_URL } });
      for (let unit = 0; unit < UNITS; unit++) {
        const key = await buyKey(host, video, channel, { unit, paid: UNITS });
        expect(createHash('sha256').update(key, 'base64').digest('hex')).to.equal(video.hashes[unit]);
        expect(served.get(unit) ?? key).to.equal(key);
      }
      expect(await bookOf(dataDir, video, channel)).to.deep.equal({ bought: UNITS, paid: UNITS });
    });
  }
}).timeout(120_000);

/** A protected video with some units, priced by the minute and served. */
async function sold({ url }: HostProcess): Promise<SoldVideo> {
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
  return { cid, contentId: String(done.result?.meta.content_id), hashes: keys, price: PRICE };
}
