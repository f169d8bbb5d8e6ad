import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import { hexlify, parseEther, ZeroAddress } from 'ethers';
import type { Parties } from '../../../client/index.ts';
import type { ToSign } from '../../../indexer/contract/calls/wallet-calls.ts';
import { runClaim } from '../../../scripts/lib/claim/run.ts';
import { SignedToken__factory } from '../../../types/ethers-contracts/factories/mocks/SignedToken__factory.ts';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { eventually, getJson, type HostProcess, UNSET } from '../../e2e/host.ts';
import {
  BLOCKS_EVERY_SECOND,
  type PersonalWallet,
  type PublicChain,
  startPublicChain,
} from '../../e2e/public-chain.ts';
import { signIn, upload } from '../../e2e/wallet-client.ts';
import { makeVideo } from '../../packager/samples.ts';
import { type Ended, runHere } from '../../scripts/run.ts';

export const UNITS = 20;
const SEPOLIA = 11_155_111;
const CREATORS = [1, 2];
const ISSUER = 9;
const PLENTY = '1000000000';
const LEAST_DEPOSIT = parseEther('1');
const WAIT_MS = 60_000;

/** A listing, and what its creator has asked for it. */
export interface Listing {
  cid: string;
  contentId: string;
  creator: string;
  /** Base units for a minute. */
  price: bigint;
  providerShareBps: bigint;
  playUrl: string;
}

/** A host with its provider, and what it sells. */
export interface Shop {
  host: HostProcess;
  provider: PersonalWallet;
  parties: Parties;
  listings: Listing[];
  dataDir: string;
  bookPath: string;
  /** What its host and its scripts are told. */
  env: Record<string, string>;
  restart(): Promise<void>;
  /** Claims by the script whatever can be, beside the host that runs. */
  claim(): Promise<Ended>;
}

/** What a shop sells: how many videos, and in the token or not. */
export interface Stock {
  operator: number;
  videos: number;
  inToken: boolean;
  /** What its host is told beside. */
  env?: Record<string, string>;
}

/**
 * A chain as Sepolia that tells what is final, a token, and hosts of several providers with films of 20 minutes.
 * @param args of its node
 */
export async function openMarket(stocks: readonly Stock[], args = BLOCKS_EVERY_SECOND) {
  await using parts = new AsyncDisposableStack();
  const chain = await startPublicChain(args);
  parts.defer(() => chain.stop());
  const token = await new SignedToken__factory(chain.plain(ISSUER).signer).deploy();
  await token.waitForDeployment();
  const coin = await token.getAddress();
  // The pictures are none, and of each minute there is little.
  const film = await makeVideo('mp4', { seconds: UNITS * 60, groupSec: 20, framesPerSec: 0.1, audio: null });
  const shops = await Promise.all(
    stocks.map(async (stock) => {
      const shop = await openShop(chain, stock, coin);
      parts.defer(async () => void (await shop.host.end('SIGKILL')));
      return shop;
    }),
  );
  const packaged = await Promise.all(
    shops.map((shop, index) => packageFilms(chain, shop, { film, stock: stocks[index] as Stock, coin })),
  );
  for (const [index, shop] of shops.entries()) await publish(chain, shop, packaged[index] ?? []);
  const running = parts.move();
  return {
    chain,
    coin,
    token,
    shops,
    contract: StreamHost__factory.connect(chain.contract, chain.provider),
    creators: CREATORS.map((index) => chain.plain(index)),
    stop: () => running.disposeAsync(),
  };
}

export type Market = Awaited<ReturnType<typeof openMarket>>;

async function openShop(
  chain: PublicChain,
  { operator, inToken, env: own }: Stock,
  coin: string,
): Promise<Shop> {
  const provider = chain.plain(operator);
  const dataDir = join(chain.dataDir, '..', `shop-${operator}`);
  const env = {
    ...{ PRIVATEKEY: (provider.signer as unknown as { privateKey: string }).privateKey, DATA_DIR: dataDir },
    ...{ KEYS_SECRET: hexlify(randomBytes(32)).slice(2), PUBLIC_URL: '', KNOWN_TOKENS: coin },
    ...{ RELAY_DEPOSIT_MIN: `${coin}:${LEAST_DEPOSIT}`, UPLOAD_WALLET_FILES: '100' },
    ...{ RELAY_GAS_PER_DAY: PLENTY, RELAY_GAS_PER_WALLET: PLENTY, RELAY_GAS_PER_IP: PLENTY },
    ...own,
  };
  const first = await chain.startHost(env);
  // Streams are registered with its address: it comes back to it.
  const again = { ...env, PORT: new URL(first.url).port };
  const token = inToken ? coin : ZeroAddress;
  const shop: Shop = {
    ...{ host: first, provider, listings: [], dataDir, bookPath: join(dataDir, 'book.sqlite') },
    env: { ...UNSET, ...chain.env, ...env },
    parties: { chainId: SEPOLIA, contract: chain.contract, provider: provider.address, token },
    async restart() {
      await shop.host.end('SIGKILL');
      shop.host = await chain.startHost(again);
    },
    claim: () => runHere(runClaim, ['--all', '--yes'], shop.env),
  };
  return shop;
}

interface Upload {
  id: string;
  state: string;
  problem: object | null;
  result: { meta: { cid: string; content_id: string }; publish: ToSign } | null;
}

type Packaged = Omit<Listing, 'playUrl'> & { publish: ToSign['transaction'] };

/** Uploads the same film again and again: each time it is packaged with other keys. */
async function packageFilms(
  chain: PublicChain,
  { host, parties }: Shop,
  { film, stock, coin }: { film: Uint8Array<ArrayBuffer>; stock: Stock; coin: string },
): Promise<Packaged[]> {
  const creators = CREATORS.map((index) => chain.plain(index));
  const sessions = await Promise.all(creators.map((creator) => signIn(host, creator)));
  const films = Array.from({ length: stock.videos }, async (_, nth) => {
    const creator = creators[nth % creators.length] as PersonalWallet;
    const session = sessions[nth % creators.length] as { authorization: string };
    // Prices and shares whose product leaves a remainder.
    const terms = {
      creator_share: 66 + nth,
      provider_share: 34 - nth,
      price: `0.00100000000000000${nth % 10}`,
    };
    const inToken = stock.inToken ? { token: coin } : {};
    const meta = { video_name: `Film ${nth}`, content_creator_wallet: creator.address, ...terms, ...inToken };
    const sold = { unit: 'minute', protect: true, serve: true };
    const { status, body } = await upload(host, session, film, { ...meta, ...sold });
    expect(status, JSON.stringify(body)).to.equal(202);
    const { id } = body.upload as Upload;
    const shown = async () => {
      const answer = await fetch(`${host.url}/uploads/${id}`, { headers: session });
      return ((await answer.json()) as { upload: Upload }).upload;
    };
    const { result, problem } = await eventually(
      WAIT_MS,
      shown,
      ({ state }) => state === 'packaged' || state === 'failed',
    );
    if (result === null) throw new Error(`film ${nth} of ${parties.provider}: ${JSON.stringify(problem)}`);
    return {
      ...{ cid: result.meta.cid, contentId: result.meta.content_id, creator: creator.address },
      ...{ price: parseEther(terms.price), providerShareBps: BigInt(terms.provider_share * 100) },
      publish: result.publish.transaction,
    };
  });
  return await Promise.all(films);
}

/** The creators' own transactions; the host then registers its streams by itself. */
async function publish(chain: PublicChain, shop: Shop, packaged: readonly Packaged[]): Promise<void> {
  const signers = new Map(
    CREATORS.map((index) => chain.plain(index)).map((one) => [one.address, one.signer]),
  );
  for (const {
    publish: { to, data },
    ...listing
  } of packaged) {
    await (await signers.get(listing.creator)?.sendTransaction({ to, data }))?.wait();
    shop.listings.push({ ...listing, playUrl: `${shop.host.url}/play/${listing.cid}` });
  }
  for (const { cid, playUrl } of shop.listings) {
    const { streams } = await eventually(
      WAIT_MS,
      () => getJson<{ streams: { stream_url: string }[] }>(`${shop.host.url}/streams/${cid}`),
      (shown) => shown.streams.length > 0,
    );
    expect(streams.map(({ stream_url }) => stream_url)).to.deep.equal([playUrl]);
  }
}
