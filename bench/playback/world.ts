import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hexlify, JsonRpcProvider, parseEther, randomBytes, ZeroAddress } from 'ethers';
import { makeVideo } from '../../test/packager/samples.ts';
import { testWallet } from '../../test/wallets.ts';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { sendFile } from '../media/send.ts';
import { type ChannelKey, channelKey } from './vouchers.ts';

export const PRICE = parseEther('0.001');
const ASK_EVERY_MS = 50;

/** A protected video that the host sells by the minute. */
export interface Video {
  cid: string;
  contentId: string;
}

export interface OpenChannel {
  channelId: string;
  key: ChannelKey;
}

interface Upload {
  id: string;
  state: string;
  result: { meta: { cid: string; content_id: string } } | null;
}

/** @param folder for the file. @param units so many minutes long */
export async function sellVideo(url: string, folder: string, units: number): Promise<Video> {
  const file = join(folder, 'video.mp4');
  await writeFile(file, await makeVideo('mp4', { seconds: units * 60, framesPerSec: 1, groupSec: 4 }));
  const meta = { price: '0.001', unit: 'minute', protect: true, serve: true };
  const { status, answer } = await sendFile(file, url, meta);
  if (status !== 202) throw new Error(`the upload was answered ${status}: ${answer}`);
  let upload: Upload = JSON.parse(answer).upload;
  while (upload.state !== 'packaged') {
    if (upload.state === 'failed') throw new Error('the video could not be packaged');
    await delay(ASK_EVERY_MS);
    upload = (await getJson<{ upload: Upload }>(`${url}/uploads/${upload.id}`)).upload;
  }
  const { cid = '', content_id = '' } = upload.result?.meta ?? {};
  return { cid, contentId: content_id };
}

export interface ChainFacts {
  chain_id: number;
  contract: string;
  rpc_url: string;
  provider_wallet: string;
}

export async function chainOf(url: string): Promise<ChainFacts> {
  return await getJson<ChainFacts>(`${url}/chain`);
}

/** So many channels of one viewer towards the host's provider, each with a key of its own; the host knows them all. */
export async function openChannels(
  url: string,
  { contract, rpc_url, provider_wallet }: ChainFacts,
  count: number,
  deposit: bigint,
): Promise<OpenChannel[]> {
  const chain = new JsonRpcProvider(rpc_url, undefined, { cacheTimeout: -1, pollingInterval: 20 });
  try {
    const host = StreamHost__factory.connect(contract, testWallet(3, chain));
    const opened: OpenChannel[] = [];
    for (let each = 0; each < count; each += 1) {
      const key = channelKey();
      const salt = hexlify(randomBytes(32));
      const config = [provider_wallet, ZeroAddress, key.address, salt, deposit] as const;
      const channelId = await host.open.staticCall(...config, { value: deposit });
      await (await host.open(...config, { value: deposit })).wait();
      opened.push({ channelId, key });
    }
    for (const { channelId } of opened) {
      while (!(await fetch(`${url}/channels/${channelId}`)).ok) await delay(ASK_EVERY_MS);
    }
    return opened;
  } finally {
    chain.destroy();
  }
}

async function getJson<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`GET ${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
