import { cp } from 'node:fs/promises';
import { JsonRpcProvider } from 'ethers';
import { StreamHost__factory } from '../../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { dataFolder, getJson, removeFolder, startHost } from '../../../e2e/host.ts';
import { until } from '../../../until.ts';
import { testWallet } from '../../../wallets.ts';
import { makeFilm } from '../../ffmpeg-sources.ts';
import { publishProtected } from '../protected-upload.ts';
import { startLine } from './line.ts';

const OPERATOR_B = 5;

export type TwoSellers = Awaited<ReturnType<typeof startTwoSellers>>;

/**
 * One protected video at two providers, by the minute. The page's own host is A, whose stream is reached over a line; B has the
 * secret, too.
 * @param seconds how long the video is
 */
export async function startTwoSellers(seconds: number) {
  await using parts = new AsyncDisposableStack();
  const folder = async () => {
    const path = await dataFolder();
    parts.defer(() => removeFolder(path));
    return path;
  };
  const line = await startLine();
  parts.defer(() => line.close());
  const [dirA, dirB] = [await folder(), await folder()];
  const a = await startHost({ dataDir: dirA, env: { PUBLIC_URL: line.url } });
  parts.defer(async () => void (await a.end('SIGTERM')));
  line.port = Number(new URL(a.url).port);
  const terms = { price: '0.0001', unit: 'minute', preview_sec: 0, serve: true };
  const video = await publishProtected(a, 'At two sellers', terms, await makeFilm(dirA, seconds));
  const chain = new JsonRpcProvider(a.rpcUrl, undefined, { cacheTimeout: -1, pollingInterval: 20 });
  parts.defer(() => chain.destroy());

  await cp(dirA, dirB, { recursive: true });
  const operator = testWallet(OPERATOR_B, chain);
  const b = await startHost({
    dataDir: dirB,
    env: { ETH_RPC_URL: a.rpcUrl, PRIVATEKEY: operator.privateKey, CLAIM: 'off' },
  });
  parts.defer(async () => void (await b.end('SIGTERM')));
  const { contract } = await getJson<{ contract: string }>(`${a.url}/chain`);
  const registered = StreamHost__factory.connect(contract, operator);
  await (await registered.registerStream(video.contentId, `${b.url}/play/${video.cid}`)).wait();
  await until('both streams are known', async () => {
    const { streams } = await getJson<{ streams: object[] }>(`${a.url}/streams/${video.cid}`);
    return streams.length === 2;
  });
  const running = parts.move();
  return {
    ...{ a, b, line, chain, contract, video },
    sellerA: testWallet(0).address,
    sellerB: operator.address,
    stop: () => running.disposeAsync(),
  };
}
