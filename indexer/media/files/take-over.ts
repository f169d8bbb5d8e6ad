import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as dagPb from '@ipld/dag-pb';
import { base32upper } from 'multiformats/bases/base32';
import type { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { parseIpfsCid } from '../../lib/cid.ts';
import { crashPoint } from '../../lib/crash-point.ts';
import { isCode, messageOf } from '../../lib/errors.ts';
import { Pins } from '../pins.ts';
import { type MediaStorage, StorageFailure } from '../storage.ts';
import { fileSizeBytes, readFileBytes } from '../unixfs/read-file.ts';
import { BlockDamaged, type VerifiedBlocks, verified } from '../unixfs/verify.ts';

const PROGRESS_MS = 5_000;

/** Where files are moved to. */
export interface TakingStorage extends Pick<MediaStorage, 'add'> {
  isKept(cid: string): Promise<boolean>;
}

type Shares = Awaited<ReturnType<typeof sharesOf>>;

/**
 * Moves the files of a block folder, as hosts had it up to 0.1, into the storage: one after the other, what is asked for
 * first, and the blocks of each are deleted once it is kept, so that the disk needs room for the largest of them and not
 * for all twice. It goes on where a crash, or `end`, ended it. What is damaged stays where it is.
 */
export class TakeOver {
  readonly #folder: string;
  readonly #pins: Pins<unknown>;
  readonly #blocks: OldBlocks;
  readonly #storage: TakingStorage;
  readonly #log: (message: string) => void;
  /** What is to be moved, and who waits for it. */
  readonly #left = new Map<string, PromiseWithResolvers<void>>();
  readonly #wanted: string[] = [];
  readonly #running: Promise<void>;
  #isEnded = false;
  #damaged = 0;

  private constructor(
    folder: string,
    cids: readonly string[],
    { pins, storage, log }: { pins: Pins<unknown>; storage: TakingStorage; log: (message: string) => void },
  ) {
    this.#folder = folder;
    this.#pins = pins;
    this.#blocks = new OldBlocks(join(folder, 'blocks'));
    this.#storage = storage;
    this.#log = log;
    for (const cid of cids) this.#left.set(cid, Promise.withResolvers());
    for (const { promise } of this.#left.values()) promise.catch(() => undefined); // told to who asks for it
    this.#running = this.#run().catch((error: unknown) => this.#giveUp(error));
  }

  /** @returns `null` where there is no such folder. */
  static async begin(
    folder: string,
    storage: TakingStorage,
    log: (message: string) => void,
  ): Promise<TakeOver | null> {
    const pins = new Pins<unknown>(join(folder, 'pins'));
    const cids = await pins.list().catch((error) => {
      if (isCode(error, 'ENOENT')) return null;
      throw error;
    });
    return cids && new TakeOver(folder, cids, { pins, storage, log });
  }

  /** Resolves when a file, if it is one of these, is moved, or can't be. @throws what has ended the moving of all */
  async ready(cid: string): Promise<void> {
    const left = this.#left.get(cid);
    if (!left) return;
    this.#wanted.push(cid);
    await left.promise;
  }

  /** Ends it after the file that is being moved; the next start goes on. */
  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { size } = this.#left;
    if (size > 0) this.#log(`media: takes ${size} files over from ${this.#folder}`);
    const shares = await sharesOf([...this.#left.keys()], this.#blocks);
    let toldAt = Date.now();
    for (let cid = this.#next(); cid !== undefined; cid = this.#next()) {
      if (this.#isEnded) throw new Error('the media storage is closing');
      await this.#move(cid, shares);
      this.#left.get(cid)?.resolve();
      this.#left.delete(cid);
      if (Date.now() - toldAt < PROGRESS_MS) continue;
      toldAt = Date.now();
      this.#log(`media: ${size - this.#left.size} of ${size} files are taken over`);
    }
    const damaged = this.#damaged;
    if (damaged > 0) this.#log(`media: ${damaged} files stay in ${this.#folder}: upload them again`);
    else await rm(this.#folder, { recursive: true });
    if (size > damaged) this.#log(`media: ${size - damaged} files are taken over`);
  }

  #next(): string | undefined {
    const wanted = this.#wanted.splice(0).filter((cid) => this.#left.has(cid));
    const next = wanted.shift();
    this.#wanted.push(...wanted);
    return next ?? this.#left.keys().next().value;
  }

  async #move(cid: string, shares: Shares): Promise<void> {
    try {
      await takeFile(cid, this.#blocks, this.#storage);
    } catch (error) {
      if (!(error instanceof BlockDamaged)) throw error;
      this.#damaged += 1;
      this.#log(`media: ${cid} can't be taken over: ${messageOf(error)}`);
      return;
    }
    crashPoint('takeover.kept');
    const theirs = await blocksBelow(cid, this.#blocks);
    await this.#pins.delete(cid);
    crashPoint('takeover.unpinned');
    for (const block of theirs) if (shares.leave(block)) await this.#blocks.delete(block);
  }

  #giveUp(error: unknown): void {
    if (!this.#isEnded) {
      this.#log(`media: ${this.#left.size} files stay in ${this.#folder}: ${messageOf(error)}`);
    }
    for (const { reject } of this.#left.values()) reject(error);
  }
}

/** @throws {BlockDamaged} */
async function takeFile(cid: string, blocks: OldBlocks, storage: TakingStorage): Promise<void> {
  const root = parseIpfsCid(cid);
  if (!root || (await storage.isKept(cid))) return; // kept before a crash, or uploaded again
  const length = fileSizeBytes(root, await blocks.read(root));
  if (length === null) throw new BlockDamaged(root, 'is no file');
  await storage.add(readFileBytes(blocks, root, { offset: 0, length }), {
    async beforeKept(media) {
      if (media.cid === cid) return;
      throw new StorageFailure('files', `${cid} became ${media.cid}`, { retryable: false });
    },
  });
}

/** How many of the files have a block. By a part of its hash: two that share one stay until the folder goes. */
async function sharesOf(cids: readonly string[], blocks: OldBlocks) {
  const counts = new Map<number, number>();
  const keyOf = (block: CID) => Buffer.from(block.multihash.digest).readUIntBE(0, 6);
  for (const cid of cids) {
    for (const block of await blocksBelow(cid, blocks)) {
      counts.set(keyOf(block), (counts.get(keyOf(block)) ?? 0) + 1);
    }
  }
  return {
    /** @returns whether nothing has it any more */
    leave(block: CID): boolean {
      const left = (counts.get(keyOf(block)) ?? 0) - 1;
      counts.set(keyOf(block), left);
      return left <= 0;
    },
  };
}

/** Each block of a file once, as far as its inner nodes are sound. */
async function blocksBelow(cid: string, blocks: OldBlocks): Promise<CID[]> {
  const found = new Map<string, CID>();
  const walk = async (block: CID): Promise<void> => {
    found.set(block.toString(), block);
    if (block.code === raw.code) return;
    for (const { Hash } of dagPb.decode(await blocks.read(block)).Links) await walk(Hash);
  };
  const root = parseIpfsCid(cid);
  if (root) await walk(root).catch(ignoreDamage);
  return [...found.values()];
}

function ignoreDamage(error: unknown): void {
  if (!(error instanceof BlockDamaged)) throw error;
}

/** Each block is a file that its multihash names: `KU/CIQ….data`. */
class OldBlocks implements VerifiedBlocks {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(cid: CID): Promise<Uint8Array> {
    const bytes = await readFile(this.#pathOf(cid)).catch((cause) => {
      throw isCode(cause, 'ENOENT') ? new BlockDamaged(cid, 'is missing', { cause }) : cause;
    });
    return verified(cid, bytes);
  }

  async delete(cid: CID): Promise<void> {
    await rm(this.#pathOf(cid), { force: true });
  }

  #pathOf(cid: CID): string {
    const name = base32upper.baseEncode(cid.multihash.bytes);
    return join(this.#folder, name.slice(-3, -1), `${name}.data`);
  }
}
