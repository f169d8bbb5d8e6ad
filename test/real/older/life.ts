import { hexlify, JsonRpcProvider, parseEther, ZeroAddress } from 'ethers';
import { openChannel, openVideo } from '../../../client/index.ts';
import { memoryStorage } from '../../../client/storage.ts';
import type { ToSign } from '../../../indexer/contract/calls/wallet-calls.ts';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { eventually, getJson, type HostProcess } from '../../e2e/host.ts';
import type { PersonalWallet } from '../../e2e/public-chain.ts';
import { ask, signIn, upload, writeSigned } from '../../e2e/wallet-client.ts';
import { makeVideo } from '../../packager/samples.ts';
import { testWallet } from '../../wallets.ts';
import type { Named } from './answers.ts';

/** What a viewer's device keeps, and what it has bought. */
export interface Bought {
  /** Its storage. */
  entries: [string, string][];
  parties: { chainId: number; contract: string; provider: string; token: string };
  video: { cid: string; contentId: string };
  /** By unit, in hex. */
  keys: Record<number, string>;
}

const [CREATOR, OTHER_PROVIDER, PAYER, REPORTER, UNPAID, VIEWER, LEAVER] = [1, 2, 3, 4, 5, 6, 7];
const PRICE = parseEther('0.001');
const TERMS = { creator_share: 70, provider_share: 30, price: '0.001' };
const WAIT_MS = 60_000;
const STREAM_URL = 'https://provider.example/stream';

interface Listed {
  cid: string;
  content_id: string;
  contract: string;
}

/**
 * What people do with a host in its first weeks: three videos, one of them sold by the minute; views that are paid, reported, and paid
 * for; deposits, keys for vouchers, somebody who leaves; another provider; a takedown.
 * @param script runs a script of the host's own version to its end
 */
export async function live(
  host: HostProcess,
  { isPublic, script }: { isPublic: boolean; script: (...words: string[]) => Promise<void> },
): Promise<{ named: Named; bought: Bought }> {
  const chain = new JsonRpcProvider(host.rpcUrl, undefined, { cacheTimeout: -1, pollingInterval: 20 });
  try {
    const person = (index: number): PersonalWallet => {
      const signer = testWallet(index, chain);
      return { address: signer.address, signer };
    };
    const creator = person(CREATOR);
    const publish = async (name: string, file: Uint8Array<ArrayBuffer>, more: object): Promise<Listed> => {
      const meta = { video_name: name, content_creator_wallet: creator.address, ...TERMS, ...more };
      const session = isPublic ? await signIn(host, creator) : {};
      const { status, body } = await upload(host, session, file, meta);
      if (status >= 300) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
      if (isPublic) await sendPublication(host, creator, session, body);
      const listed = await eventually(
        WAIT_MS,
        () => getJson<{ contents: Listed[] }>(`${host.url}/contents?search=${encodeURIComponent(name)}`),
        ({ contents }) => contents.length === 1,
      );
      const [one] = listed.contents as [Listed];
      const isServed = 'serve' in more;
      await eventually(
        WAIT_MS,
        () => getJson<{ streams: object[] }>(`${host.url}/streams/${one.cid}`),
        ({ streams }) => !isServed || streams.length === 1,
      );
      return one;
    };
    const film = await makeVideo('mp4', { seconds: 300, groupSec: 20, framesPerSec: 0.1, audio: null });
    const sold = await publish('A film', film, { unit: 'minute', protect: true, serve: true });
    const clear = await publish('A clip', await makeVideo('mp4', { seconds: 4, frame: 'a' }), {
      serve: true,
    });
    const taken = await publish('A copy', await makeVideo('mp4', { seconds: 4, frame: 'b' }), {});
    const { chain_id: chainId, provider_wallet: provider } = await getJson<{
      chain_id: number;
      provider_wallet: string;
    }>(`${host.url}/chain`);

    const stream = { stream_url: STREAM_URL, content_distributor_wallet: person(OTHER_PROVIDER).address };
    const registered = { cid: clear.cid, video_name: 'A clip', content_creator_wallet: creator.address };
    await (isPublic
      ? writeSigned(host, person(OTHER_PROVIDER), 'POST', '/register', { ...registered, ...TERMS, ...stream })
      : told(ask(host, 'POST', '/register', { ...registered, ...TERMS, ...stream })));

    const contract = StreamHost__factory.connect(clear.contract, person(PAYER).signer);
    await (await contract.payView(clear.content_id, provider, 1, PRICE, { value: PRICE })).wait();
    const report = async (by: number) => {
      const view = {
        ...{ cid: clear.cid, blockchain_address: person(by).address, provider_wallet: provider },
        ...{ creator_wallet: creator.address, price: TERMS.price, timestamp: new Date().toISOString() },
      };
      const session = isPublic ? await signIn(host, person(by)) : {};
      await told(ask(host, 'POST', '/api/record-view', view, session));
    };
    for (const by of [PAYER, REPORTER]) await report(by);
    await script('distribute-earnings', '--yes');
    await report(UNPAID);

    const parties = { chainId, contract: sold.contract, provider, token: ZeroAddress };
    const device = async (index: number, units: number[]) => {
      const entries = new Map<string, string>();
      const options = { ...parties, storage: memoryStorage(entries), facts: { host: host.url } };
      const { signer: wallet } = person(index);
      const channel = await openChannel({ ...options, wallet, deposit: 20n * PRICE });
      const of = { cid: sold.cid, contentId: sold.content_id, playUrl: `${host.url}/play/${sold.cid}` };
      const video = await openVideo({ ...options, ...of, unitPrice: PRICE, channel });
      return { entries, channel, keys: await video.fetchKeys(units), wallet };
    };
    const leaver = await device(LEAVER, [0]);
    await leaver.channel.close(leaver);
    const viewer = await device(VIEWER, [0, 1, 2]);
    await script('block', taken.cid, '--reason', 'Court order 12/2026');
    // The journal, the records and the answers that are kept ready are as of the last block.
    await eventually(
      WAIT_MS,
      async () => await fetch(`${host.url}/readyz`),
      ({ ok }) => ok,
    );
    return {
      named: {
        cids: [sold.cid, clear.cid, taken.cid],
        wallets: [provider, ...[1, 2, 3, 4, 5, 6, 7].map((index) => testWallet(index).address)],
        channels: [viewer.channel.id, leaver.channel.id],
        files: ['content.json', 'master.m3u8', 'v0/index.m3u8'],
      },
      bought: {
        ...{ entries: [...viewer.entries], parties, video: { cid: sold.cid, contentId: sold.content_id } },
        keys: Object.fromEntries([...viewer.keys].map(([unit, key]) => [unit, hexlify(key)])),
      },
    };
  } finally {
    chain.destroy();
  }
}

/** The creator's own transaction, once the upload shows it. */
async function sendPublication(
  host: HostProcess,
  { signer }: PersonalWallet,
  headers: Record<string, string>,
  body: Record<string, unknown>,
): Promise<void> {
  const queued = body.upload as { id: string } | undefined;
  const shown = async () => {
    const answer = await fetch(`${host.url}/uploads/${queued?.id}`, { headers });
    return (
      (await answer.json()) as { upload: { result: { publish: ToSign } | null; problem: object | null } }
    ).upload;
  };
  const publish = queued
    ? (await eventually(WAIT_MS, shown, ({ result, problem }) => (result ?? problem) !== null)).result
        ?.publish
    : (body.publish as ToSign);
  if (!publish) throw new Error(`nothing to publish: ${JSON.stringify(body)}`);
  const { to, data } = publish.transaction;
  await (await signer.sendTransaction({ to, data })).wait();
}

async function told(asked: Promise<{ status: number; body: object }>): Promise<void> {
  const { status, body } = await asked;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
}
