import { id, toUtf8Bytes, ZeroAddress } from 'ethers';
import { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { sha256 } from 'multiformats/hashes/sha2';
import type { ChainEvent } from '../../indexer/chain/events.ts';
import { type Listing, listingOf } from '../../indexer/project/place.ts';
import { project } from '../../indexer/project.ts';
import type { IndexedBlock } from '../../indexer/store/rows.ts';

export const CONTENTS = 1_000;
export const VIEWS = 100_000;
const WALLETS = { creators: 100, providers: 50, viewers: 5_000 };
const PRICE = 10n ** 15n;
const SHARE_BPS = 3_000n;
const CONTRACT = wallet('contract');
const START_SEC = 1_790_000_000;

/** A chain that nobody mined: its events are what the contract would emit, its rows what the indexer makes of them. */
export interface World {
  cids: string[];
  /** The next block, with one view of each content named by its number. */
  blockOfViews(contents: readonly number[]): IndexedBlock;
  /** The block that publishes all contents. */
  publication(): IndexedBlock;
}

export async function createWorld(): Promise<World> {
  const cids = await Promise.all(Array.from({ length: CONTENTS }, (_, index) => cidOf(`video ${index}`)));
  const listings = cids.map((cid, index): Listing => listingOf(publicationOf(cid, index)));
  let number = 0;
  let views = 0;

  function block(events: readonly ChainEvent[], lookup: (contentId: string) => Listing): IndexedBlock {
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
          { listing: (_contract, contentId) => lookup(contentId), channel: (_contract, id) => unknown(id) },
        ),
      ),
    };
  }

  return {
    cids,
    publication: () => block(cids.map(publicationOf), unknown),
    blockOfViews(contents) {
      const byId = new Map(contents.map((index) => [contentIdOf(index), listings[index]]));
      const events = contents.map((index) => viewOf(index, views++));
      return block(events, (contentId) => byId.get(contentId) ?? unknown(contentId));
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
    ...{ pricePerUnit: PRICE, providerShareBps: Number(SHARE_BPS), metered: false },
  };
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
