import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { type BaseWallet, hexlify, parseEther, Wallet, ZeroAddress, ZeroHash } from 'ethers';
import { ACCESS_TYPES } from '../../../indexer/playback/access.ts';
import { VOUCHER_TYPES } from '../../../indexer/playback/sale/voucher.ts';
import type { Answer } from './answers.ts';
import { type Api, CREATOR, type HostOptions, startApi } from './api.ts';
import { demanded } from './playing.ts';
import { newVideo, PROTECTED, protecting } from './protecting.ts';
import type { Row } from './uploads.ts';

/** Test accounts by what they do: the host's key is the provider. */
export const [SELLER, MAKER, RIVAL, VIEWER, OTHER_VIEWER] = [0, 1, 2, 3, 4];
export const PRICE = parseEther('0.001');
export const UNITS = 3;
export const DEPOSIT = parseEther('0.1');

/** A video that is sold by keys. */
export interface Video {
  cid: string;
  contentId: string;
  /** SHA-256 of each unit's key. */
  hashes: (string | null)[];
}

export interface Channel {
  channelId: string;
  key: Pick<BaseWallet, 'address' | 'signTypedData'>;
  viewer: string;
  epoch: number;
  contract: string;
}

export type Item = readonly [contentId: string, units: string | number, unitPrice?: string | bigint];

export interface VoucherSample {
  seq?: number;
  epoch?: number;
  channelId?: string;
  /** What is signed; `sent` is sent in its place. */
  sent?: object;
  signer?: Pick<BaseWallet, 'signTypedData'>;
  domain?: object;
}

/** A host with a really packaged video, and viewers with channels. */
export async function startSelling(options: HostOptions = {}) {
  let fixedSec: number | null = null;
  const nowSec = () => fixedSec ?? realSec();
  const api = await startApi({ nowSec, ...options });
  const stopAt = (sec: number) => {
    fixedSec = sec;
  };
  return { ...(await sellingOn(api, nowSec)), ...clockOf(api, stopAt) };
}

const realSec = () => Math.floor(Date.now() / 1000);

/** Chain and host go on to a second, and the host's clock stops there. */
function clockOf(api: Api, stopAt: (sec: number) => void) {
  return {
    async moveTo(sec: number) {
      await api.increaseTime(Math.max(1, sec - (await headSecOf(api))));
      stopAt(sec);
      await api.settled();
    },
  };
}

async function headSecOf({ chain }: Api): Promise<number> {
  return Number((await chain.provider.getBlock('latest'))?.timestamp);
}

/** The same on a host that runs. */
export async function sellingOn(api: Api, nowSec = realSec) {
  const on = protecting(api);
  const { chainId, contract } = api.chain.facts;
  const seller = api.wallet(SELLER).address;
  const content = await newVideo(UNITS * 60);

  /** The same video, packaged anew; or another. */
  async function packaged(meta: Row = {}, file = content): Promise<Video> {
    const { cid, result } = await on.packaged(file, {
      ...PROTECTED,
      unit: 'minute',
      serve: true,
      ...meta,
    });
    const { keys } = JSON.parse(String(await on.file(cid, 'content.json')));
    const contentId = String((result?.meta as Row | undefined)?.content_id);
    return { cid, contentId, hashes: keys };
  }

  async function open({
    by = VIEWER,
    amount = DEPOSIT,
    provider = seller,
    at = contract,
    salt = ZeroHash,
  } = {}): Promise<Channel> {
    const key = new Wallet(hexlify(randomBytes(32)));
    const host = api.as(by, at);
    const config = [provider, ZeroAddress, key.address, salt, amount] as const;
    const channelId = await host.open.staticCall(...config, { value: amount });
    await (await host.open(...config, { value: amount })).wait();
    await api.settled();
    return { channelId, key, viewer: api.wallet(by).address, epoch: 1, contract: at };
  }

  /** A voucher of the channel with these items, signed by its key. */
  async function signed(channel: Channel, items: readonly Item[], how: VoucherSample = {}) {
    const { seq = 0, epoch = channel.epoch, channelId = channel.channelId, signer = channel.key } = how;
    const rows = items.map(([id, units, price = PRICE]) => [id, String(units), String(price)] as const);
    const voucher = { channelId, epoch, seq, items: rows };
    const message = {
      ...voucher,
      items: rows.map(([contentId, units, unitPrice]) => ({ contentId, units, unitPrice })),
    };
    const domain = {
      name: 'StreamHost',
      version: '1',
      chainId,
      verifyingContract: channel.contract,
      ...how.domain,
    };
    const signature = await signer.signTypedData(domain, VOUCHER_TYPES, message);
    return { voucher: { ...voucher, ...how.sent }, signature };
  }

  const post = (
    video: Pick<Video, 'cid'>,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    api.call('POST', `/play/${video.cid}/keys`, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });

  /** Asks for units with a voucher of this many of the video's. */
  async function buy(video: Video, channel: Channel, units: number[], paid: number, how: VoucherSample = {}) {
    return await post(video, { units, ...(await signed(channel, [[video.contentId, paid]], how)) });
  }

  /** What comes of it: which units were opened, each by its right key; or the code of the problem. */
  function outcomeOf({ status, body }: Answer, video: Video): string | number[] {
    if (status !== 200) return String(body.code);
    return Object.entries(body.keys as Record<string, string>).map(([unit, key]) => {
      expect(hashOf(Buffer.from(key, 'base64'))).to.equal(video.hashes[Number(unit)]);
      return Number(unit);
    });
  }

  /** As the header of x402 has it. */
  async function payment(
    channel: Channel,
    items: readonly Item[],
    how: VoucherSample & { accepted?: object } = {},
  ) {
    const accepted = {
      scheme: 'streamhost-channel',
      network: `eip155:${chainId}`,
      extra: {},
      ...how.accepted,
    };
    const payload = await signed(channel, items, how);
    return Buffer.from(JSON.stringify({ x402Version: 2, accepted, payload })).toString('base64');
  }

  const play = (path: string, init: RequestInit = {}) => fetch(`${api.url}/play/${path}`, init);

  async function access(
    video: Video,
    how: {
      by?: number;
      channel?: Channel;
      signer?: Pick<BaseWallet, 'signTypedData'>;
      account?: string;
    } = {},
  ) {
    const { by = VIEWER, channel, signer = channel?.key ?? api.wallet(by) } = how;
    const account = how.account ?? channel?.viewer ?? api.wallet(by).address;
    const message = {
      account,
      provider: seller,
      audience: new URL(api.deps.provider?.playUrl(video.cid) ?? api.url).origin,
      contentId: video.contentId,
      nonce: hexlify(randomBytes(32)),
      expiresAtSec: nowSec() + 60,
    };
    const domain = { name: 'StreamHost', version: '1', chainId, verifyingContract: contract };
    const signature = await signer.signTypedData(domain, ACCESS_TYPES, message);
    const { contentId: content_id, expiresAtSec: expires_at_sec, ...rest } = message;
    const named = channel && { channel_id: channel.channelId };
    return await api.post(`/play/${video.cid}/access`, {
      ...rest,
      content_id,
      expires_at_sec,
      signature,
      ...named,
    });
  }

  async function token(...given: Parameters<typeof access>): Promise<string> {
    const answer = await access(...given);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    return String(answer.body.token);
  }

  /** The key of a unit behind a token, or the code of the problem. */
  async function keyBy(path: string, init: RequestInit = {}): Promise<string> {
    const answer = await play(path, init);
    const bytes = Buffer.from(await answer.arrayBuffer());
    return answer.status === 200 ? hashOf(bytes) : String(JSON.parse(String(bytes)).code);
  }

  async function pay({ contentId }: Video, { by = VIEWER, units = 1, price = PRICE } = {}) {
    const value = price * BigInt(units);
    await (await api.as(by).payView(contentId, seller, units, value, { value })).wait();
    await api.settled();
  }

  return {
    ...{ api, on, seller, contract, chainId, packaged, open, signed, post, buy, outcomeOf, payment },
    ...{ play, access, token, keyBy, pay },
    headSec: () => headSecOf(api),
    /** A listing by anybody, in any coin, with a stream at any provider. */
    async listed(
      cid: string,
      { by = MAKER, price = PRICE, unit = 1, metadata = '', at = contract, token = ZeroAddress } = {},
    ) {
      const terms = { token, pricePerUnit: price, providerShareBps: 3_000, unit };
      await (await api.as(by, at).publish({ cid, ...terms, name: 'A film', metadata })).wait();
      const contentId = await api.as(by, at).contentIdOf(api.wallet(by).address, token, cid);
      const url = api.deps.provider?.playUrl(cid) ?? '';
      await (await api.as(SELLER, at).registerStream(contentId, url)).wait();
      await api.settled();
      return contentId;
    },
    /** How this host says that a unit is paid. */
    demand: async (video: Video, unit = 0) => demanded((await play(`${video.cid}/keys/${unit}`)).headers),
    nowSec,
    creator: CREATOR,
    stop: () => api.stop(),
  };
}

export type Selling = Awaited<ReturnType<typeof startSelling>>;

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
