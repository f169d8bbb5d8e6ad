import { join } from 'node:path';
import { expect } from 'chai';
import type { ToSign } from '../../indexer/contract/calls/wallet-calls.ts';
import { runGrant } from '../../scripts/lib/grant/run.ts';
import { runProvide } from '../../scripts/lib/provide/run.ts';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { authorize } from '../indexer/http/signing.ts';
import { mediaOnDisk } from '../indexer/media/on-disk.ts';
import { dumpOwn } from '../indexer/store/dump.ts';
import { makeVideo } from '../packager/samples.ts';
import { type Ended, runHere, runNode } from '../scripts/run.ts';
import { dataFolder, eventually, getJson, type HostProcess, removeFolder, UNSET } from './host.ts';
import { startPublicChain } from './public-chain.ts';
import { ask, signIn, upload } from './wallet-client.ts';

export const TERMS = { creator_share: 70, provider_share: 30, price: '0.001' };
const PLENTY = '1000000000';
/** Whose key the second host has. */
const OTHER_OPERATOR = 5;

interface Packaged {
  result: { meta: { cid: string; content_id: string }; publish: ToSign } | null;
}

interface Stream {
  stream_url: string;
  content_distributor_wallet: string;
}

/** A chain that answers as Sepolia, a host A on which is published, and a DATA_DIR of another operator, B. */
export async function startProvideWorld() {
  await using parts = new AsyncDisposableStack();
  const chain = await startPublicChain();
  parts.defer(() => chain.stop());
  const dataDir = await dataFolder();
  parts.defer(() => removeFolder(dataDir));
  const operator = chain.plain(OTHER_OPERATOR);
  const key = { PRIVATEKEY: publicKey(operator.signer) };
  const settings = { ...chain.env, ...key, DATA_DIR: dataDir, PORT: '0' };
  const a = await chain.startHost({ RELAY_GAS_PER_WALLET: PLENTY, RELAY_GAS_PER_IP: PLENTY });
  parts.defer(async () => void (await a.end('SIGKILL')));
  const running = parts.move();
  const contract = StreamHost__factory.connect(chain.contract, chain.provider);

  return {
    chain,
    contract,
    a,
    b: { dataDir, operator, settings },
    startB: (more: Record<string, string> = {}): Promise<HostProcess> =>
      chain.startHost({ ...settings, ...more }),
    /** Runs the script as the operator of B does, to its end. */
    provide: (args: string[], more: Record<string, string> = {}): Promise<Ended> =>
      runNode(['scripts/provide.ts', ...args], { ...UNSET, ...settings, ...more }),
    /** The same within this process, which takes a tenth of the time, where it is not about processes. */
    provideHere: (args: string[], more: Record<string, string> = {}): Promise<Ended> =>
      runHere(runProvide, args, { ...UNSET, ...settings, ...more }),
    /** A creator uploads a file on A and publishes it by signature. */
    async publish(content: Uint8Array<ArrayBuffer>, more: object = {}, index = 1) {
      const creator = chain.plain(index);
      const own = { content_creator_wallet: creator.address };
      const meta = { video_name: 'Sample', ...own, ...TERMS, ...more };
      const { body, status } = await upload(a, await signIn(a, creator), content, meta);
      expect(status, JSON.stringify(body)).to.equal(202);
      const { cid, content_id } = body.meta as { cid: string; content_id: string };
      const { serve: _, price = TERMS.price } = more as { serve?: boolean; price?: string };
      const signed = await authorize(creator.signer, (body.publish as ToSign).typed_data);
      const published = await ask(a, 'POST', '/contents', {
        ...{ cid, video_name: 'Sample', ...own, terms: { ...TERMS, price } },
        ...signed,
      });
      expect(published.status, JSON.stringify(published.body)).to.equal(200);
      if ('serve' in more) await served(a, cid);
      return { cid, contentId: content_id };
    },
    /** A creator has a video packaged on A, and publishes it by its own transaction. */
    async publishProtected(index = 1) {
      const creator = chain.plain(index);
      const session = await signIn(a, creator);
      const meta = { video_name: 'Film', content_creator_wallet: creator.address, ...TERMS };
      const file = await makeVideo('mp4', { seconds: 10, tags: { title: crypto.randomUUID() } });
      const captions = [{ language: 'de', label: 'Deutsch' }];
      const asked = { ...meta, unit: 'minute', protect: true, captions };
      const { body, status } = await upload(a, session, file, asked, [
        'WEBVTT\n\n00:01.000 --> 00:02.000\nHallo\n',
      ]);
      expect(status, JSON.stringify(body)).to.equal(202);
      const { id } = body.upload as { id: string };
      const { result } = await eventually(
        20_000,
        async () => (await ask(a, 'GET', `/uploads/${id}`, undefined, session)).body.upload as Packaged,
        (shown) => shown.result !== null,
      );
      if (result === null) throw new Error('not packaged');
      const { cid, content_id: contentId } = result.meta;
      const { to, data } = result.publish.transaction;
      await (await creator.signer.sendTransaction({ to, data })).wait();
      await indexed(a, await chain.provider.getBlockNumber());
      return { cid, contentId };
    },
    /** Runs `npm run grant` as a creator does. */
    grant: (args: string[], index = 1): Promise<Ended> =>
      runHere(runGrant, args, {
        ...{ ...UNSET, ...chain.env, DATA_DIR: `${dataDir}-of-nobody` },
        PRIVATEKEY: publicKey(chain.plain(index).signer),
      }),
    /** Streams of a CID that B's operator has, as host A shows them. */
    async streamsOfB(cid: string): Promise<string[]> {
      await indexed(a, await chain.provider.getBlockNumber());
      const { streams } = await getJson<{ streams: Stream[] }>(`${a.url}/streams/${cid}`);
      return streams
        .filter((stream) => stream.content_distributor_wallet === operator.address)
        .map(({ stream_url }) => stream_url);
    },
    /** How often B has registered, moved or ended a stream of a content, by the chain's own word. */
    async writesOfB(contentId: string): Promise<number> {
      const { StreamRegistered, StreamUpdated, StreamDeregistered } = contract.filters;
      const of = [contentId, operator.address] as const;
      const logs = await Promise.all([
        contract.queryFilter(StreamRegistered(...of)),
        contract.queryFilter(StreamUpdated(...of)),
        contract.queryFilter(StreamDeregistered(...of)),
      ]);
      return logs.flat().length;
    },
    /** B keeps no file, block or wish; what a host has just given up it may still be cleaning up. */
    async expectNothingLeft(): Promise<void> {
      const left = await eventually(
        20_000,
        async () => leftIn(dataDir),
        (found) => Object.values(found).flat().length === 0,
      );
      expect(left).to.deep.equal({ files: [], roots: [], serve_wishes: [], provided_media: [] });
    },
    stop: () => running.disposeAsync(),
  };
}

export type ProvideWorld = Awaited<ReturnType<typeof startProvideWorld>>;

/** All that a host keeps of files, and what it means to do. */
function leftIn(dataDir: string) {
  const media = (...parts: string[]) => mediaOnDisk(join(dataDir, 'media'), parts);
  const { serve_wishes = [], provided_media = [] } = dumpOwn(join(dataDir, 'book.sqlite'));
  const files = media('files', 'incoming');
  return { files, roots: media('roots'), serve_wishes, provided_media };
}

async function served(host: HostProcess, cid: string): Promise<void> {
  const streams = () => getJson<{ streams: Stream[] }>(`${host.url}/streams/${cid}`);
  const found = await eventually(20_000, streams, ({ streams: { length } }) => length > 0);
  expect(found.streams[0]?.stream_url).to.equal(`${host.url}/play/${cid}`);
}

/** Resolves when the host's records show the block. */
export async function indexed(host: HostProcess, block: number): Promise<void> {
  await eventually(
    20_000,
    () => getJson<{ indexed_block: number }>(`${host.url}/chain`),
    ({ indexed_block }) => indexed_block >= block,
  );
}

function publicKey(signer: object): string {
  return (signer as { privateKey: string }).privateKey;
}
