import { contentIdOf } from '../contract/content-id.ts';
import { termsInForce } from '../contract/effective-terms.ts';
import { canonicalCid, parseIpfsCid } from '../lib/cid.ts';
import { crashPoint } from '../lib/crash-point.ts';
import type { Disk } from '../lib/disk.ts';
import { errorWith } from '../lib/errors.ts';
import { addBlocks } from '../media/car/add-blocks.ts';
import { BadArchive } from '../media/car/errors.ts';
import { ReceivedBlocks } from '../media/car/received.ts';
import type { MediaLibrary } from '../media/library.ts';
import { type AddedMedia, type AddOptions, type MediaStorage, MediaTooLarge } from '../media/storage.ts';
import { NotServing } from '../publishing/errors.ts';
import { findListing, type ListingFilter } from '../publishing/find-listing.ts';
import { requireSellable } from '../publishing/publication.ts';
import type { NewServeWish, OwnKeyRequests, ProvidedMedia, ServeWishes } from '../store/book.ts';
import { catchUp, type IndexedChain } from '../store/indexed-chain.ts';
import type { Catalogue, StreamRow } from '../store/store.ts';
import { ownWish } from './own-streams.ts';
import type { Provider } from './provider.ts';
import type { Serving } from './serving.ts';
import { ServingRefused } from './serving-errors.ts';

/** The bytes are not those that the CID names; nothing of them is kept. */
export class CidDiffers extends errorWith<{ cid: string; found: string }>(
  ({ cid, found }) =>
    `The bytes are not those of ${cid}: they make ${found}. (The CID must be that of \`ipfs add --cid-version=1\`.)`,
) {}

/** What this host is asked to serve. */
export interface Offered {
  wish: NewServeWish;
  /** `null`: it is a protected video, kept, whose keys are not here yet; served once they are. */
  stream: StreamRow | null;
  /** Why there is none. */
  why: string | null;
}

/** A file that arrives. */
export interface IncomingFile {
  content: AsyncIterable<Uint8Array>;
  /** As announced; undefined where nothing is. */
  sizeBytes: number | undefined;
  /** The largest that is wanted; undefined: whatever fits. */
  maxBytes: number | undefined;
  /** What arrives are the blocks of the file, or of a directory, in a CAR. */
  isArchive?: boolean;
}

type FileSize = Omit<IncomingFile, 'content'>;

export interface ProvidingDeps {
  provider: Provider | null;
  serving: Serving;
  contract: string;
  store: Catalogue;
  book: ServeWishes & ProvidedMedia & Pick<OwnKeyRequests, 'forgetOwnKeyRequests'>;
  storage: MediaLibrary;
  /** Where media is kept in this process; `null` where that is another one's business. */
  disk: Pick<Disk, 'requireRoom'> | null;
  temporaryFile: Disk['temporaryFile'];
  /** Whether this host has the keys of a canonical CID, as its creator has packaged it. */
  isProtected(cidKey: string, creator: string): Promise<boolean>;
  chain: IndexedChain;
  nowSec(): number;
}

/** How much is written until the disk is looked at again. */
const LOOK_EVERY_BYTES = 32 * 1024 ** 2;

/** What the operator has this host serve, and end serving. */
export class Providing {
  readonly #deps: ProvidingDeps;

  constructor(deps: ProvidingDeps) {
    this.#deps = deps;
  }

  /**
   * Whether a file of so many bytes could be taken for the listing.
   * @throws {ContentUnlisted}, {ListingAmbiguous}, {MinuteNotSold}, {ServingRefused}, {MediaTooLarge}, {DiskTooSmall}
   */
  async checkRoom(which: ListingFilter, file: FileSize): Promise<void> {
    await this.#servable(which);
    await this.#requireRoom(file);
  }

  /** Serves a file that is here. @throws as `checkRoom`, and {ServingRefused} where it is not here */
  async offer(which: ListingFilter): Promise<Offered> {
    const wish = await this.#servable(which);
    if ((await this.#deps.storage.stat(wish.cidKey)) === null) {
      throw new ServingRefused(`The file ${wish.cid} is not stored on this host.`, { objection: 'not here' });
    }
    return await this.#begin(wish);
  }

  /**
   * Keeps a file, or a directory, if it is that of the CID, and serves it.
   * @throws as `checkRoom`, and {CidDiffers}, {BadArchive}
   */
  async take(which: ListingFilter, file: IncomingFile): Promise<Offered> {
    const wish = await this.#servable(which);
    if ((await this.#deps.storage.stat(wish.cidKey)) === null) {
      if (!file.isArchive) await this.#requireSellable(wish);
      await this.#requireRoom(file);
      await this.#keep(wish, file);
    }
    return await this.#begin(wish);
  }

  /**
   * Ends the own streams of the content, forgets that its keys were asked for, and removes the file where it is here for them alone.
   * @returns whether the file is gone. @throws {NotServing}
   */
  async stop({ cid, creator, token }: ListingFilter): Promise<boolean> {
    const { provider, serving, store, book, storage, chain } = this.#deps;
    await catchUp(chain);
    const wallet = provider?.wallet ?? '';
    const known = await store.streamsBy(wallet, { cidKey: cid.key, creator, token });
    const own = known.filter(({ active, url }) => active && provider?.isOwn(url, cid.key));
    const begun = (await book.serveWishesOf(cid.key)).filter((wish) => isOf(wish, { creator, token }));
    const isAsked = await book.forgetOwnKeyRequests(cid.key);
    if (own.length + begun.length === 0 && !isAsked && !(await book.isProvided(cid.key))) {
      throw new NotServing({ provider: wallet, cid: cid.text });
    }
    for (const row of [...own, ...begun])
      await serving.fulfilNow({ ...ownWish(row, this.#deps), ends: true });
    await serving.removeUnlessNeeded(cid.key);
    return (await storage.stat(cid.key)) === null;
  }

  async #servable(which: ListingFilter): Promise<NewServeWish> {
    const { store, chain, contract, serving } = this.#deps;
    await catchUp(chain);
    const listing = await findListing(store, { ...which, contract });
    const wish = { ...ownWish(listing, this.#deps), ends: false };
    await serving.check(wish);
    return wish;
  }

  /** A single file is clear; what an archive holds, shows when it is here. @throws {MinuteNotSold} */
  async #requireSellable({ contract, contentId, creator, cidKey: key }: NewServeWish): Promise<void> {
    const { store, nowSec } = this.#deps;
    const listing = await store.contentById(contract, contentId);
    const unit = listing ? termsInForce(listing, nowSec()).unit : undefined;
    await requireSellable(this.#deps, { creator, cid: { key } }, unit);
  }

  async #requireRoom({ sizeBytes = 0, maxBytes = Infinity, isArchive = false }: FileSize) {
    if (sizeBytes > maxBytes) throw new MediaTooLarge({ maxBytes });
    await this.#deps.disk?.requireRoom(isArchive ? 2 * sizeBytes : sizeBytes);
  }

  /** @returns what lets pieces pass as long as all that passes it is not too large, and fits. */
  #watch({ sizeBytes = 0, maxBytes = Infinity }: FileSize) {
    let bytes = 0;
    let lookAt = LOOK_EVERY_BYTES;
    const { disk } = this.#deps;
    return async function* (content: AsyncIterable<Uint8Array>) {
      for await (const chunk of content) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw new MediaTooLarge({ maxBytes });
        if (bytes >= lookAt) {
          lookAt = bytes + LOOK_EVERY_BYTES;
          await disk?.requireRoom(Math.max(0, sizeBytes - bytes));
        }
        yield chunk;
      }
    };
  }

  /** An archive is read to its end first: its blocks come in any order, and a wrong one may be the last. */
  async #add(wish: NewServeWish, file: IncomingFile, options: AddOptions): Promise<AddedMedia> {
    const ipfs = ipfsOf(this.#deps.storage);
    const pieces = this.#watch(file)(file.content);
    if (!file.isArchive) return await ipfs.add(pieces, options);
    const root = parseIpfsCid(wish.cidKey);
    if (root === null) throw new BadArchive(`${wish.cid} is no IPFS CID.`);
    await using spool = await this.#deps.temporaryFile();
    const blocks = await ReceivedBlocks.receive(pieces, spool);
    return await addBlocks(ipfs, blocks, root, { ...options, through: this.#watch(file) });
  }

  async #begin(wish: NewServeWish): Promise<Offered> {
    try {
      const stream = await this.#deps.serving.fulfilNow(wish);
      if (stream === null) throw new Error(`the stream of ${wish.cid} is registered and not known`);
      return { wish, stream, why: null };
    } catch (error) {
      if (!(error instanceof ServingRefused && error.objection === 'no keys')) throw error;
      return { wish, stream: null, why: error.message };
    }
  }

  /** Records what the file is for before storage keeps it: a crash leaves no file that nothing needs. */
  async #keep(wish: NewServeWish, file: IncomingFile): Promise<void> {
    const { book, storage } = this.#deps;
    let isNoted = false;
    const beforeKept = async ({ cid }: AddedMedia) => {
      if (canonicalCid(cid) !== wish.cidKey) throw new CidDiffers({ cid: wish.cid, found: cid });
      isNoted = true;
      await book.noteProvided(wish.cidKey);
      await book.wishToServe(wish);
      crashPoint('providing.noted');
    };
    try {
      await this.#add(wish, file, { beforeKept });
    } catch (error) {
      if (isNoted && (await storage.stat(wish.cidKey)) === null) {
        await book.dropServeWish(wish);
        await book.forgetProvided(wish.cidKey);
      }
      throw error;
    }
    crashPoint('providing.kept');
  }
}

/** The library, which notes what it takes, and takes all to IPFS. */
function ipfsOf(library: MediaLibrary): Pick<MediaStorage, 'add' | 'addDirectory'> {
  return {
    add: (source, options) => library.add(source, { ...options, into: Promise.resolve('ipfs') }),
    addDirectory: (entries, options) => library.addDirectory(entries, options),
  };
}

/** Also of a listing that is not published yet, of which the records know no coin. */
function isOf(
  wish: Pick<NewServeWish, 'creator' | 'cid' | 'contentId'>,
  { creator, token }: Pick<ListingFilter, 'creator' | 'token'>,
): boolean {
  if (creator !== undefined && wish.creator !== creator.toLowerCase()) return false;
  return token === undefined || wish.contentId === contentIdOf(wish.creator, token, wish.cid);
}
