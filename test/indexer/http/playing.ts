import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { type BaseWallet, parseEther, ZeroAddress } from 'ethers';
import { bases } from 'multiformats/basics';
import { CID } from 'multiformats/cid';
import { type Unit, unitNumber } from '../../../indexer/lib/unit.ts';
import { ACCESS_TYPES } from '../../../indexer/playback/access.ts';
import { CHUNK, file } from '../media/content.ts';
import { type HostOptions, startApi } from './api.ts';

export const PRICE = parseEther('0.001');
/** Larger than one block: its CID has a version 0. */
export const SIZE = 2 * CHUNK + 1_234;
/** Test accounts by what they do. */
export const [SELLER, MAKER, RIVAL, PAYER, STRANGER] = [0, 1, 2, 3, 4];

/** What a host sells. */
export interface Sold {
  cid: string;
  contentId: string;
  unit: Unit;
  price: bigint;
}

/** One scheme of a `PAYMENT-REQUIRED`, as far as tests look into it. */
export interface Accepted {
  scheme: string;
  network: string;
  asset: string;
  payTo: string;
  amount: string;
  extra: {
    contract: string;
    contentId: string;
    creator: string;
    provider: string;
    unit: string;
    due: string;
    call?: { to: string; data: string; value: string };
    access: { url: string; audience: string; types: typeof ACCESS_TYPES; domain: object };
  };
}

/** A host as on somebody else's chain that sells files, and those who pay. Its operator is the provider. */
export async function startPlaying(options: HostOptions = {}) {
  let fixedSec: number | null = null;
  const nowSec = () => fixedSec ?? Math.floor(Date.now() / 1000);
  const api = await startApi({ remote: true, nowSec, ...options });
  const seller = api.wallet(SELLER).address;
  const contract = api.chain.facts.contract;
  const { chainId } = api.chain.facts;
  let made = 0;

  /** A file of its own, kept here and published by its maker. */
  async function published({
    unit = 'view' as Unit,
    price = PRICE,
    creator = MAKER,
    cid = '',
    token = ZeroAddress,
  } = {}) {
    const of = cid || (await api.deps.storage.add(file(SIZE + ++made))).cid;
    const terms = {
      token,
      pricePerUnit: price,
      providerShareBps: 3_000,
      unit: unitNumber(unit),
    };
    await (await api.as(creator).publish({ cid: of, ...terms, name: 'A film', metadata: '' })).wait();
    const contentId = await api.as(creator).contentIdOf(api.wallet(creator).address, token, of);
    return { cid: of, contentId, unit, price };
  }

  async function serve({ contentId, cid }: Sold, provider = SELLER, url = api.deps.provider?.playUrl(cid)) {
    await (await api.as(provider).registerStream(contentId, url ?? '')).wait();
    await api.settled();
  }

  async function sold(terms: Parameters<typeof published>[0] = {}): Promise<Sold> {
    const one = await published(terms);
    await serve(one);
    return one;
  }

  /** @returns the time of its block. */
  async function pay({ contentId, price }: Sold, { by = PAYER, units = 1, provider = seller } = {}) {
    const value = price * BigInt(units);
    const sent = await api.as(by).payView(contentId, provider, units, value, { value });
    const receipt = await sent.wait();
    await api.settled();
    return Number((await api.chain.provider.getBlock(receipt?.blockNumber ?? 0))?.timestamp);
  }

  /** What a wallet sends to be let in; `signed` is signed in place of what is sent. */
  async function access(
    { contentId }: Sold,
    { by = PAYER, signer = api.wallet(by) as BaseWallet, sent = {}, signed = {}, domain = {} } = {},
  ): Promise<Record<string, unknown>> {
    const body = {
      account: api.wallet(by).address,
      provider: seller,
      audience: new URL(api.url).origin,
      content_id: contentId,
      nonce: `0x${randomBytes(32).toString('hex')}`,
      expires_at_sec: nowSec() + 60,
      ...sent,
    };
    const { content_id, expires_at_sec, ...rest } = body;
    const message = { ...rest, contentId: content_id, expiresAtSec: expires_at_sec, ...signed };
    const at = { name: 'StreamHost', version: '1', chainId, verifyingContract: contract, ...domain };
    return { ...body, signature: await signer.signTypedData(at, ACCESS_TYPES, message) };
  }

  const exchange = (of: Sold, body: unknown) => api.post(`/play/${of.cid}/access`, body);

  /** A token of who has paid. */
  async function token(of: Sold, how: Parameters<typeof access>[1] = {}): Promise<string> {
    const answer = await exchange(of, await access(of, how));
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    return String(answer.body.token);
  }

  const headSec = async () => Number((await api.chain.provider.getBlock('latest'))?.timestamp);
  const play = (path: string, init: RequestInit = {}) => fetch(`${api.url}/play/${path}`, init);

  return {
    api,
    seller,
    contract,
    published,
    serve,
    sold,
    pay,
    access,
    exchange,
    token,
    play,
    headSec,
    /** Chain and host go on to this second, and the host's clock stops there. */
    async moveTo(sec: number) {
      await api.increaseTime(Math.max(1, sec - (await headSec())));
      fixedSec = sec;
    },
    stop: () => api.stop(),
  };
}

export type Playing = Awaited<ReturnType<typeof startPlaying>>;

/**
 * How x402's own client decodes the header. Tried with `@x402/fetch` 2.27.0, which takes it as valid, and then says that
 * nobody has registered this scheme.
 */
export function demanded(headers: Headers): Demand {
  const header = headers.get('payment-required') ?? '';
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(header)) throw new Error('Invalid payment required header');
  return JSON.parse(
    new TextDecoder('utf-8').decode(Uint8Array.from(atob(header), (byte) => byte.charCodeAt(0))),
  );
}

interface Demand {
  x402Version: number;
  error: string;
  resource: { url: string };
  accepts: Accepted[];
}

/** One CID as clients may write it, ready for a path. */
export function spellingsOf(cid: string): string[] {
  const parsed = CID.parse(cid);
  const encoded = Object.entries(bases)
    .filter(([name]) => !/^(identity|base2|base8|base10|base32z)$/.test(name))
    .map(([, base]) => base.encode(parsed.bytes));
  const lastInUpperCase = cid.slice(0, -1) + cid.slice(-1).toUpperCase();
  return [cid, parsed.toV0().toString(), lastInUpperCase, `${cid}=`, ...encoded].map(encodeURIComponent);
}

/** Ways to ask for a file, by their names. */
export const WAYS: readonly (readonly [name: string, init: (cid: string) => RequestInit])[] = [
  ['GET', () => ({})],
  ['HEAD', () => ({ method: 'HEAD' })],
  ['GET of a range', () => ({ headers: { range: 'bytes=0-9' } })],
  ['HEAD of a range', () => ({ method: 'HEAD', headers: { range: 'bytes=0-9' } })],
  ['GET of a range behind the end', () => ({ headers: { range: 'bytes=99999999-' } })],
  ['GET If-None-Match', (cid) => ({ headers: { 'if-none-match': `"${cid}"` } })],
  ['GET If-Range', (cid) => ({ headers: { range: 'bytes=5-', 'if-range': `"${cid}"` } })],
];
