import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { JsonRpcProvider, type Wallet } from 'ethers';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { eventually, getJson, type HostProcess } from '../../e2e/host.ts';
import { testWallet } from '../../wallets.ts';
import { makeSource } from '../ffmpeg-sources.ts';
import { publishProtected } from './protected-upload.ts';

interface Meta {
  cid: string;
  content_id: string;
  contract: string;
  price_base_units: string;
}

/** Test accounts by their index, as in the API tour: 1 is the creator, 2 the provider, 3 the viewer. */
/** As long as the contract takes it, in words and without a break, at a price with all decimals. */
const LONG = `A very long name, as somebody gives it who says all of it at once ${'andwithoutabreak'.repeat(6)}`;
const VIDEOS: [name: string, price: string, creator: number, providers: number[], viewers: number[]][] = [
  [LONG, '0.001234567890123456', 4, [2], [7]],
  ['Bread, slowly', '0.0015', 8, [2], [7]],
  ['The night train to Lisbon', '0.006', 8, [6], []],
  ['Letters from a lighthouse', '0.003', 5, [2, 6], [5]],
  ['Live at the harbour', '0.01', 4, [], []],
  ['How the bees find home', '0.0005', 5, [6], [7, 7]],
  ['A walk by the sea, in one take', '0.004', 4, [2], [3]],
  ['Drifting colours', '0.0025', 1, [2], [3, 5, 3]],
  ['Sample Video', '0.001', 1, [2, 6], [5, 7]],
];

/** Sold by the host itself, and by somebody who is away and was paid all the same. */
export const SERVED = 'The last tram';
const [OPERATOR, AWAY] = [0, 6] as const;
/** Protected, with the keys of two minutes for sale. */
export const BY_THE_MINUTE = 'Minutes at the mill';

/** Fills a host of the development chain with what makes every view worth looking at; gives the sample's CID. */
export async function setScene(host: HostProcess): Promise<string> {
  const chain = new JsonRpcProvider(host.rpcUrl, undefined, { cacheTimeout: -1 });
  const wallet = (index: number) => testWallet(index, chain);
  let sample = '';
  const serveOne = async () => {
    const terms = { creator_share: 70, provider_share: 30, price: '0.002' };
    const listing = { video_name: SERVED, content_creator_wallet: wallet(4).address, ...terms };
    const meta = await upload(host, SERVED, { ...listing, serve: true });
    const away = wallet(AWAY).address;
    await register(host, { ...listing, cid: meta.cid }, away, 'http://127.0.0.1:9/away');
    await pay(meta, wallet(OPERATOR).address, wallet(7));
    await pay(meta, away, wallet(5));
  };
  try {
    for (const [index, [name, price, creator, providers, viewers]] of VIDEOS.entries()) {
      const terms = { creator_share: 70, provider_share: 30, price };
      const listing = { video_name: name, content_creator_wallet: wallet(creator).address, ...terms };
      const isSample = index === VIDEOS.length - 1;
      const meta = await upload(host, isSample ? '' : name, listing);
      sample = meta.cid;
      for (const provider of providers)
        await register(host, { ...listing, cid: meta.cid }, wallet(provider).address);
      for (const viewer of viewers) await pay(meta, wallet(providers[0] ?? 2).address, wallet(viewer));
    }
    await serveOne();
    const byTheMinute = { price: '0.0001', unit: 'minute', preview_sec: 5, serve: true };
    const film = new Uint8Array(await readFile(await makeSource(host.dataDir, 'mp4')));
    await publishProtected(host, BY_THE_MINUTE, byTheMinute, film);
    const paid = VIDEOS.reduce((sum, [, , , , viewers]) => sum + viewers.length, 2);
    const count = async () => {
      const pages = await Promise.all(
        [3, 5, 7].map((viewer) =>
          getJson<{ records: object[] }>(`${host.url}/api/get-records/viewer/${wallet(viewer).address}`),
        ),
      );
      return pages.reduce((sum, { records }) => sum + records.length, 0);
    };
    await eventually(10_000, count, (shown) => shown === paid);
  } finally {
    chain.destroy();
  }
  return sample;
}

/** The sample; `suffix` after its end makes it another file, which plays the same. */
async function upload(host: HostProcess, suffix: string, listing: object): Promise<Meta> {
  const form = new FormData();
  form.set('json_data', JSON.stringify(listing));
  form.set('file', new Blob([readFileSync('data/video.mp4'), suffix], { type: 'video/mp4' }), 'video.mp4');
  const answer = await fetch(`${host.url}/upload-content`, { method: 'POST', body: form });
  return ((await answer.json()) as { meta: Meta }).meta;
}

async function register(
  host: HostProcess,
  listing: { cid: string },
  provider: string,
  url = `${host.url}/ipfs/${listing.cid}`,
): Promise<void> {
  await fetch(`${host.url}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...listing,
      stream_url: url,
      content_distributor_wallet: provider,
    }),
  });
}

async function pay({ contract, content_id, price_base_units }: Meta, provider: string, viewer: Wallet) {
  const value = BigInt(price_base_units);
  const host = StreamHost__factory.connect(contract, viewer);
  await (await host.payView(content_id, provider, 1, value, { value })).wait();
}
