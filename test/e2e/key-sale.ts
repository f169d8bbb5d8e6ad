import { join } from 'node:path';
import { expect } from 'chai';
import { JsonRpcProvider, parseEther, toBeHex, Wallet, ZeroAddress } from 'ethers';
import { VOUCHER_TYPES } from '../../indexer/playback/sale/voucher.ts';
import { channelScope } from '../../indexer/store/book/vouchers.ts';
import { openSqliteBook } from '../../indexer/store/sqlite/book/book.ts';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { testWallet } from '../wallets.ts';
import { getJson, type HostProcess } from './host.ts';

/** A video that a host sells by the minute. */
export interface SoldVideo {
  cid: string;
  contentId: string;
  /** SHA-256 of each unit's key. */
  hashes: string[];
  price: bigint;
}

const VIEWER = 3;
let opened = 0;

/** A channel of a test account with the host's provider, whose vouchers a test signs by hand. */
export async function openChannel({ rpcUrl, url }: Pick<HostProcess, 'rpcUrl' | 'url'>) {
  const facts = await getJson<{ chain_id: number; contract: string; provider_wallet: string }>(
    `${url}/chain`,
  );
  const key = Wallet.createRandom();
  const amount = parseEther('0.1');
  const config = [facts.provider_wallet, ZeroAddress, key.address, toBeHex(++opened, 32), amount] as const;
  const raw = await onChain(rpcUrl, async (chain) => {
    const viewer = testWallet(VIEWER, chain);
    const contract = StreamHost__factory.connect(facts.contract, viewer);
    const call = await contract.open.populateTransaction(...config, { value: amount });
    return await viewer.signTransaction(await viewer.populateTransaction(call));
  });
  /** Puts the deposit there; again, where a reorganisation has taken it. */
  const deposit = () =>
    onChain(rpcUrl, async (chain) => void (await (await chain.broadcastTransaction(raw)).wait()));
  const channelId = await onChain(rpcUrl, async (chain) => {
    const contract = StreamHost__factory.connect(facts.contract, testWallet(VIEWER, chain));
    return await contract.open.staticCall(...config, { value: amount });
  });
  await deposit();
  return { channelId, key, contract: facts.contract, chainId: facts.chain_id, deposit };
}

export type OpenedChannel = Awaited<ReturnType<typeof openChannel>>;

async function onChain<T>(rpcUrl: string, work: (chain: JsonRpcProvider) => Promise<T>): Promise<T> {
  const chain = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1, pollingInterval: 20 });
  try {
    return await work(chain);
  } finally {
    chain.destroy();
  }
}

/** Asks for a unit by a voucher for so many. @returns its key in base64. @throws an Error with the problem */
export async function buyKey(
  { url }: Pick<HostProcess, 'url'>,
  { cid, contentId, price }: SoldVideo,
  channel: OpenedChannel,
  { unit, paid, seq = 0 }: { unit: number; paid: number; seq?: number },
): Promise<string> {
  const { channelId, key, contract: verifyingContract, chainId } = channel;
  const items = [{ contentId, units: paid, unitPrice: price }];
  const voucher = { channelId, epoch: 1, seq, items };
  const domain = { name: 'StreamHost', version: '1', chainId, verifyingContract };
  const signature = await key.signTypedData(domain, VOUCHER_TYPES, voucher);
  const sent = { ...voucher, items: [[contentId, String(paid), String(price)]] };
  const answer = await fetch(`${url}/play/${cid}/keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ units: [unit], voucher: sent, signature }),
  });
  const body = (await answer.json()) as { keys: Record<string, string> };
  if (!answer.ok) throw new Error(JSON.stringify(body));
  return String(body.keys[String(unit)]);
}

/** Units that the channel has bought, and that its voucher pays for, as they lie on the disk. */
export async function bookOf(dataDir: string, { contentId }: SoldVideo, channel: OpenedChannel) {
  const { channelId, contract: at } = channel;
  const book = openSqliteBook({ path: join(dataDir, 'book.sqlite') });
  try {
    const contract = at.toLowerCase();
    const scope = channelScope({ contract, channelId, epoch: 1 });
    const open = await book.openFor(testWallet(VIEWER).address, { contract, contentId, nowSec: 0 });
    const own = open.filter((opening) => opening.scope === scope);
    expect(new Set(own.map(({ unit }) => unit)).size).to.equal(own.length);
    const voucher = await book.voucher({ contract, channelId, epoch: 1, seq: 0 });
    return { bought: own.length, paid: voucher?.items[0]?.units ?? 0 };
  } finally {
    await book.close();
  }
}
