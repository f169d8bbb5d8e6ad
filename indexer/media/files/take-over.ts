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

/**
 * Moves the files of a block folder, as hosts had it up to 0.1, into the storage: one after the other, and the blocks of
 * each are deleted once it is kept, so that the disk needs room for the largest of them and not for all twice. It goes
 * on where a crash ended it. What is damaged stays where it is.
 */
export async function takeOver(
  folder: string,
  storage: Pick<MediaStorage, 'add' | 'stat'>,
  log: (message: string) => void,
): Promise<void> {
  const pins = new Pins<unknown>(join(folder, 'pins'));
  const cids = await pins.list().catch((error) => {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  });
  if (cids === null) return;
  const blocks = new OldBlocks(join(folder, 'blocks'));
  const shares = await sharesOf(cids, blocks);
  if (cids.length > 0) log(`media: takes ${cids.length} files over from ${folder}`);
  let damaged = 0;
  let toldAt = Date.now();
  for (const [done, cid] of cids.entries()) {
    try {
      await takeFile(cid, blocks, storage);
    } catch (error) {
      if (!(error instanceof BlockDamaged)) throw error;
      damaged += 1;
      log(`media: ${cid} can't be taken over: ${messageOf(error)}`);
      continue;
    }
    crashPoint('takeover.kept');
    const theirs = await blocksBelow(cid, blocks);
    await pins.delete(cid);
    crashPoint('takeover.unpinned');
    for (const block of theirs) if (shares.leave(block)) await blocks.delete(block);
    if (Date.now() - toldAt < PROGRESS_MS) continue;
    toldAt = Date.now();
    log(`media: ${done + 1} of ${cids.length} files are taken over`);
  }
  if (damaged > 0) log(`media: ${damaged} files stay in ${folder}: upload them again`);
  else await rm(folder, { recursive: true });
  if (cids.length > damaged) log(`media: ${cids.length - damaged} files are taken over`);
}

/** @throws {BlockDamaged} */
async function takeFile(
  cid: string,
  blocks: OldBlocks,
  storage: Pick<MediaStorage, 'add' | 'stat'>,
): Promise<void> {
  const root = parseIpfsCid(cid);
  if (!root || (await storage.stat(cid)) !== null) return; // kept before a crash, or uploaded again
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
