import { createHash, randomInt } from 'node:crypto';
import type { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import type { MediaStorage } from '../../media/storage.ts';
import { linksOf, type NodeLinks } from '../../media/unixfs/node-links.ts';
import { BlockDamaged, isVerifiable, verified } from '../../media/unixfs/verify.ts';
import type { ContentRow, StreamRow } from '../../store/store.ts';
import { demandCheck } from './demand-check.ts';
import { NotReached, type Reach, type Reached } from './reach.ts';
import { type Finding, type Reason, termsAbout } from './rules.ts';

/** A registered stream. */
export type LookedAt = Pick<StreamRow, 'url' | 'cidKey' | 'contract' | 'contentId' | 'provider'>;

export interface LookDeps {
  reach: Reach;
  /** What this host holds itself is compared, where the provider shows no blocks. */
  storage: Pick<MediaStorage, 'find' | 'block'>;
  chainId: number;
  nowSec(): number;
}

/** A node of what the CID names, with the block that it is. */
export interface Node extends NodeLinks {
  cid: CID;
  block: Uint8Array;
}

/** A part of a file that one hash tells: a raw leaf. */
export interface Leaf {
  cid: CID;
  offset: number;
  length: number;
}

/** One that answers as slowly as it may is not waited for at each request. */
const MAX_LOOK_MS = 30_000;
const MAX_BLOCK_BYTES = 2 * 1024 ** 2;
/** A server that knows no ranges sends all that is before a part, too. */
const MAX_READ_BYTES = 8 * 1024 ** 2;
const RAW_TYPE = 'application/vnd.ipld.raw';

/** One look at a stream: asks for what it shows, and notes what that is. */
export class Looking {
  readonly findings: Finding[] = [];
  readonly stream: LookedAt;
  readonly listing: ContentRow | null;
  readonly #deps: LookDeps;
  readonly #base: string;
  readonly #begunMs = performance.now();
  #latencyMs: number | null = null;

  constructor(stream: LookedAt, listing: ContentRow | null, deps: LookDeps) {
    this.stream = stream;
    this.listing = listing;
    this.#deps = deps;
    this.#base = stream.url.replace(/\/+$/, '');
  }

  /** Of the first answer; `null` without one. */
  get latencyMs(): number | null {
    return this.#latencyMs;
  }

  found(check: Finding['check'], result: Finding['result'], reason: Reason | null, detail: string): void {
    this.findings.push({ check, result, reason, detail });
  }

  /** @param path below the stream's URL. @throws {NotReached} */
  async ask(path: string, { maxBytes = MAX_BLOCK_BYTES, range = '', isCut = false } = {}): Promise<Reached> {
    if (performance.now() - this.#begunMs > MAX_LOOK_MS)
      throw new NotReached('All of it takes too long.', { reason: 'timed_out' });
    const headers = range === '' ? {} : { range: `bytes=${range}` };
    const answer = await this.#deps.reach(this.#base + path, { headers, maxBytes, isCut });
    if (this.#latencyMs === null) {
      this.#latencyMs = answer.latencyMs;
      this.found('answer', 'right', null, `It answers, after ${answer.latencyMs} ms.`);
    }
    if (answer.status === 429 || answer.status >= 500)
      throw new NotReached(`It answers ${answer.status}.`, { reason: 'busy' });
    return answer;
  }

  /** A file that everybody may read; `null` where it is not there, which is noted. @throws {NotReached} */
  async file(check: Finding['check'], path: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const { status, bytes } = await this.ask(path);
    if (status === 200) return bytes;
    this.found(check, 'silent', 'file_missing', `${path} is not there: it answers ${status}.`);
    return null;
  }

  /**
   * The node at a path, from the provider's own blocks or from this host's; `null` where neither has it.
   * @throws {NotReached}
   */
  async node(path: string, cid: CID): Promise<Node | null> {
    // Not by this program: that says nothing about whoever serves it.
    if (!isVerifiable(cid)) return null;
    const answer = await this.ask(`${path}?format=raw`, { isCut: true });
    const isBlock = answer.status === 200 && answer.header('content-type')?.startsWith(RAW_TYPE);
    if (isBlock) {
      try {
        return nodeOf(cid, verified(cid, answer.bytes));
      } catch (error) {
        if (!(error instanceof BlockDamaged)) throw error;
        this.found('blocks', 'wrong', 'block_differs', `The block ${path || 'of the CID'} is another.`);
        return null;
      }
    }
    const { storage } = this.#deps;
    const own = await storage.find(this.stream.cidKey, path.slice(1)).catch(() => null);
    const block = own && (await storage.block(own.cid).catch(() => null));
    return block && nodeOf(cid, block);
  }

  /** Compares a part of a file, taken at random, with the hash that the CID names. @throws {NotReached} */
  async part(path: string, file: Node | CID, sizeBytes: number): Promise<void> {
    const leaves = leavesOf(file, sizeBytes).filter(
      ({ cid, offset, length }) => offset + length <= MAX_READ_BYTES && isVerifiable(cid),
    );
    const leaf = leaves[randomInt(Math.max(1, leaves.length))];
    if (leaf === undefined)
      return this.found('bytes', 'skipped', 'not_verifiable', 'No part has a hash of its own.');
    const { offset, length } = leaf;
    const until = offset + length;
    const answer = await this.ask(path, { range: `${offset}-${until - 1}`, maxBytes: until, isCut: true });
    if (answer.status === 402 || answer.status === 410) return this.demanded(answer);
    if (answer.status !== 200 && answer.status !== 206)
      return this.found('bytes', 'silent', 'file_missing', `${path || 'It'} is not there: ${answer.status}.`);
    const bytes = answer.status === 206 ? answer.bytes : answer.bytes.subarray(offset, until);
    const isRight = createHash('sha256').update(bytes).digest().equals(leaf.cid.multihash.digest);
    const where = `Bytes ${offset} to ${until - 1} of ${path || 'the file'}`;
    if (isRight) this.found('bytes', 'right', null, `${where} are those of the CID.`);
    else this.found('bytes', 'wrong', 'bytes_differ', `${where} are others than the CID names.`);
  }

  /** Judges an answer that asks for a payment, or says that nobody can pay any more. */
  demanded(answer: Reached): void {
    const { listing, stream } = this;
    if (listing === null) {
      this.found('offer', 'skipped', 'not_verifiable', 'The listing is not in the records.');
      return;
    }
    const terms = termsAbout(listing, this.#deps.nowSec());
    const { token, contract, contentId } = listing;
    const demanded = { token, contract, contentId, provider: stream.provider, chainId: this.#deps.chainId };
    this.findings.push(demandCheck(answer, { ...demanded, ...terms }));
  }
}

/** `null`: whoever made the CID has put no node there. */
function nodeOf(cid: CID, block: Uint8Array): Node | null {
  try {
    return { cid, block, ...linksOf(cid, block) };
  } catch {
    return null;
  }
}

/** Parts of a file that have a hash of their own, as its root names them. */
function leavesOf(file: Node | CID, sizeBytes: number): Leaf[] {
  if (!('links' in file)) return file.code === raw.code ? [{ cid: file, offset: 0, length: sizeBytes }] : [];
  if (file.cid.code === raw.code) return [{ cid: file.cid, offset: 0, length: file.heldBytes }];
  let offset = file.heldBytes;
  return file.links.flatMap(({ cid, sizeBytes: length = 0 }) => {
    const leaf = { cid, offset, length };
    offset += length;
    return cid.code === raw.code && length > 0 ? [leaf] : [];
  });
}
