import { type BaseWallet, Signature, ZeroAddress } from 'ethers';
import {
  type Channel,
  type OpenOptions,
  openChannel,
  openVideo,
  resume,
  type Video,
  type VideoOptions,
} from '../../client/index.ts';
import { type ClientStorage, memoryStorage } from '../../client/storage.ts';
import { type Unit, unitNumber } from '../../indexer/lib/unit.ts';
import type { StoredVoucher } from '../../indexer/store/book/vouchers.ts';
import { packBatch } from '../contracts/vouchers.ts';
import type { HostOptions } from '../indexer/http/host.ts';
import { MAKER, PAYER, PRICE, SELLER, startPlaying } from '../indexer/http/playing.ts';
import { PROTECTED, protecting } from '../indexer/http/protecting.ts';
import { makeVideo } from '../packager/samples.ts';

export { PRICE } from '../indexer/http/playing.ts';

export interface SoldVideo {
  cid: string;
  contentId: string;
  playUrl: string;
}

export type Selling = Awaited<ReturnType<typeof startSelling>>;

/** A host as on somebody else's chain that sells packaged videos, and what a viewer's client needs to buy of it. */
export async function startSelling(options: HostOptions = {}) {
  // Its key claims by hand here: what the host sends meanwhile would take the same nonces.
  const playing = await startPlaying({ ...options, env: { CLAIM: 'off', ...options.env } });
  const { api, seller: provider, contract } = playing;
  const on = protecting(api);
  const parties = { chainId: api.chain.facts.chainId, contract, provider, token: ZeroAddress };
  const wallet = api.wallet(PAYER);
  const facts = { host: api.url };

  /** A video published by its maker and served here; without a file one of its own, whose frames hold no pictures. */
  async function sold({
    seconds = 150,
    unit = 'minute' as Unit,
    price = PRICE,
    previewSec = 0,
    file = null as Uint8Array<ArrayBuffer> | null,
  } = {}): Promise<SoldVideo> {
    file ??= await makeVideo('mp4', { seconds, tags: { title: crypto.randomUUID() } });
    const meta = { ...PROTECTED, preview_sec: previewSec };
    const { cid } = await on.packaged(file, meta, await api.signedIn(MAKER));
    const { contentId } = await playing.sold({ cid, unit, price });
    return { cid, contentId, playUrl: `${api.url}/play/${cid}` };
  }

  /** Announces another price, and goes on until it is in force. */
  async function reprice({ contentId }: SoldVideo, pricePerUnit: bigint): Promise<void> {
    await (await api.as(MAKER).scheduleTerms(contentId, pricePerUnit, 3_000, unitNumber('minute'))).wait();
    await playing.moveTo((await playing.headSec()) + 3_600);
    await api.settled();
  }

  return {
    ...{ playing, api, parties, wallet, facts, sold, reprice },
    /** The units that a wallet has open, in the order in which they were sold. */
    async unitsOf({ address }: Pick<BaseWallet, 'address'>, { contentId }: SoldVideo): Promise<number[]> {
      const of = { contract: contract.toLowerCase(), contentId, nowSec: Math.floor(Date.now() / 1000) };
      return (await api.deps.book.openFor(address, of)).map(({ unit }) => unit);
    },
    /** The provider is paid for vouchers of a channel. */
    async claim(vouchers: readonly StoredVoucher[]): Promise<void> {
      const signed = vouchers.map(({ channelId, epoch, seq, items, signature }) => ({
        ...{ channelId, epoch: BigInt(epoch), seq: BigInt(seq), signature: Signature.from(signature) },
        items: items.map((item) => ({ ...item, units: BigInt(item.units) })),
      }));
      const { contents, vouchers: packed } = packBatch(signed);
      await (await api.as(SELLER).claim(provider, ZeroAddress, contents, packed)).wait();
      await api.settled();
    },
    /** The provider gives back what is left. */
    async release({ id }: Channel): Promise<void> {
      const [row] = await api.deps.store.channelsById(id);
      if (!row) throw new Error(`There is no channel ${id}.`);
      const { viewer, token, authorizer, salt } = row;
      await (await api.as(SELLER).release({ viewer, provider, token, authorizer, salt })).wait();
      await api.settled();
    },
    open: (
      storage: ClientStorage,
      deposit = 20n * PRICE,
      more: Partial<OpenOptions> = {},
    ): Promise<Channel> => openChannel({ ...parties, storage, facts, wallet, deposit, ...more }),
    resume: (storage: ClientStorage, viewer?: string) => resume({ ...parties, storage, facts, viewer }),
    video: (of: SoldVideo, more: Partial<VideoOptions> = {}): Promise<Video> =>
      openVideo({
        ...parties,
        ...of,
        storage: memoryStorage(),
        unitPrice: PRICE,
        patienceMs: 5_000,
        ...more,
      }),
    stop: () => playing.stop(),
  };
}

/** What an answer becomes on its way; `null`: what it is. */
export type Change = (
  url: string,
  bytes: Uint8Array,
  answer: Response,
) => Uint8Array<ArrayBuffer> | string | null;

/** `fetch` with somebody in between. */
export function changing(change: Change) {
  return async (url: string, init?: RequestInit): Promise<Response> => {
    const answer = await fetch(url, init);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const { status, headers } = answer;
    return new Response(change(url, bytes, answer) ?? bytes, { status, headers });
  };
}
