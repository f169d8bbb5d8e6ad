import { id, toUtf8Bytes, ZeroAddress } from 'ethers';
import { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { sha256 } from 'multiformats/hashes/sha2';
import type { ChainEvent } from '../../indexer/contract/events.ts';
import { type Listing, listingOf } from '../../indexer/projection/log-position.ts';
import { project } from '../../indexer/projection/project.ts';
import type { IndexedBlock } from '../../indexer/store/rows.ts';

export const CONTENTS = 1_000;
export const VIEWS = 100_000;
const WALLETS = { creators: 100, providers: 50, viewers: 5_000 };
const STREAMS_OF_EACH = 3;
const PRICE = 10n ** 15n;
const SHARE_BPS = 3_000n;
export const CONTRACT = wallet('contract');
const START_SEC = 1_790_000_000;

/** A chain that nobody mined: its events are what the contract would emit, its rows what the indexer makes of them. */
export interface World {
  cids: string[];
  /** Those who have earned something. */
  earners: string[];
  /** The next block, with one view of each content named by its number. */
  blockOfViews(contents: readonly number[]): IndexedBlock;
  /** The block that publishes all contents, with who serves them. */
  publication(): IndexedBlock;
}

export async function createWorld(): Promise<World> {
  const cids = await Promise.all(Array.from({ length: CONTENTS }, (_, index) => cidOf(`video ${index}`)));
  const listings = cids.map((cid, index): Listing => listingOf(publicationOf(cid, index)));
  const byId = new Map(listings.map((listing, index) => [contentIdOf(index), listing]));
  let number = 0;
  let views = 0;

  function block(events: readonly ChainEvent[]): IndexedBlock {
    number += 1;
    const at = {
      contract: CONTRACT,
      blockNumber: number,
      blockHash: id(`block ${number}`),
      txHash: id(`tx ${number}`),
    };
    const timestampSec = START_SEC + number;
    return {
      number,
      hash: at.blockHash,
      parentHash: id(`block ${number - 1}`),
      timestampSec,
      changes: events.flatMap((event, logIndex) =>
        project(
          event,
          { ...at, timestampSec, logIndex },
          {
            listing: (_contract, contentId) => byId.get(contentId) ?? unknown(contentId),
            channel: (_contract, id) => unknown(id),
            isKnownCoin: () => true,
          },
        ),
      ),
    };
  }

  return {
    cids,
    earners: [
      ...Array.from({ length: WALLETS.creators }, (_, index) => wallet(`creator ${index}`)),
      ...Array.from({ length: WALLETS.providers }, (_, index) => wallet(`provider ${index}`)),
    ],
    publication: () => block([...cids.map(publicationOf), ...cids.flatMap((_, index) => streamsOf(index))]),
    blockOfViews(contents) {
      return block(contents.map((index) => viewOf(index, views++)));
    },
  };
}

function publicationOf(cid: string, index: number): ChainEvent & { name: 'ContentPublished' } {
  return {
    name: 'ContentPublished',
    contentId: contentIdOf(index),
    creator: wallet(`creator ${index % WALLETS.creators}`),
    token: ZeroAddress,
    cid,
    videoName: `Video ${index}`,
    metadata: '',
    effectiveAtSec: 0,
    ...{ pricePerUnit: PRICE, providerShareBps: Number(SHARE_BPS), unit: 'view' },
  };
}

function streamsOf(content: number): ChainEvent[] {
  return Array.from({ length: STREAMS_OF_EACH }, (_, nth) => {
    const provider = `provider ${(content + nth * 7) % WALLETS.providers}`;
    const url = `https://${provider.replace(' ', '-')}.example/${content}`;
    return { name: 'StreamRegistered', contentId: contentIdOf(content), provider: wallet(provider), url };
  });
}

function viewOf(content: number, nth: number): ChainEvent {
  const providerAmount = (PRICE * SHARE_BPS) / 10_000n;
  return {
    name: 'ViewPaid',
    contentId: contentIdOf(content),
    viewer: wallet(`viewer ${(nth * 7) % WALLETS.viewers}`),
    provider: wallet(`provider ${nth % WALLETS.providers}`),
    units: 1,
    creatorAmount: PRICE - providerAmount,
    providerAmount,
  };
}

function unknown(contentId: string): never {
  throw new RangeError(`no such content: ${contentId}`);
}

function contentIdOf(index: number): string {
  return id(`content ${index}`);
}

function wallet(name: string): string {
  return `0x${id(name).slice(-40)}`;
}

async function cidOf(text: string): Promise<string> {
  return CID.createV1(raw.code, await sha256.digest(toUtf8Bytes(text))).toString();
}
