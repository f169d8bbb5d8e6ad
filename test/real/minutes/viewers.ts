import { createHash } from 'node:crypto';
import { type BaseWallet, Wallet } from 'ethers';
import { type Channel, type FactsSource, openChannel, openVideo } from '../../../client/index.ts';
import { type ClientStorage, memoryStorage } from '../../../client/storage.ts';
import { type Listing, type Market, type Shop, UNITS } from './market.ts';

/** Somebody who watches at one shop. */
export interface Viewer {
  shop: Shop;
  wallet: BaseWallet;
  storage: ClientStorage;
  channel: Channel;
  deposit: bigint;
  /** Of each listing, the units that this one watches. */
  units: readonly number[];
  /** Who sends what the wallet only signs, where it holds no coin for gas. */
  relay?: { host: string };
}

/** @param of so many viewers a shop, who share the minutes of its films among them */
export async function openChannels(
  { chain, token, coin }: Market,
  shop: Shop,
  of: { viewers: number; deposit: bigint },
): Promise<Viewer[]> {
  const facts: FactsSource = { chain: chain.provider };
  const gasless = shop.parties.token === coin;
  const opened: Viewer[] = [];
  for (let nth = 0; nth < of.viewers; nth += 1) {
    const wallet = new Wallet(Wallet.createRandom().privateKey, chain.provider);
    const deposit = of.deposit + BigInt(nth);
    if (gasless) await (await token.mint(wallet, deposit)).wait();
    else await (await chain.operator.sendTransaction({ to: wallet, value: 2n * deposit })).wait();
    const storage = memoryStorage();
    const relay = gasless ? { relay: { host: shop.host.url } } : {};
    const channel = await openChannel({ ...shop.parties, storage, facts, wallet, deposit, ...relay });
    const units = Array.from({ length: UNITS }, (_, unit) => unit).filter(
      (unit) => unit % of.viewers === nth,
    );
    opened.push({ shop, wallet, storage, channel, deposit, units, ...relay });
  }
  return opened;
}

/** Watches its minutes of every film, one after the other. @returns how many keys it was given, each the one of the CID. */
export async function watch({ shop, storage, channel, units }: Viewer): Promise<number> {
  let keys = 0;
  for (const listing of shop.listings) {
    const video = await openVideo({
      ...shop.parties,
      ...listing,
      ...{ storage, channel, unitPrice: listing.price, delegate: null },
    });
    const hashes = await hashesOf(listing);
    for (const unit of units) {
      const key = (await video.fetchKeys([unit])).get(unit) ?? new Uint8Array();
      if (createHash('sha256').update(key).digest('hex') === hashes[unit]) keys += 1;
    }
  }
  return keys;
}

async function hashesOf({ playUrl }: Listing): Promise<string[]> {
  const answer = await fetch(`${playUrl}/content.json`);
  return ((await answer.json()) as { keys: string[] }).keys;
}
