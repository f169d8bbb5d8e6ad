import type { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { linksOf, type NodeLink, type NodeLinks, prefixLength } from '../../../media/unixfs/node-links.ts';
import type { VerifiedBlocks } from '../../../media/unixfs/verify.ts';
import { BlockSet } from './block-set.ts';
import type { Scope } from './car-params.ts';

/** What an archive is of. */
export interface Subject {
  root: CID;
  scope: Scope;
  /** The bytes of the file that count; a directory has none. */
  span: { from: number; to: number };
  /** Whether a block comes again as often as it is named. */
  dups: boolean;
}

/** A node whose links are being followed. */
interface Frame {
  cid: CID;
  /** Where in the file it begins. */
  at: number;
  next: number;
  below: Below[] | null;
}

interface Below {
  cid: CID;
  at: number;
  /** Whether all of its bytes count. */
  whole: boolean;
}

/**
 * Goes over the blocks of an archive depth first, each node before what is below it. Between two blocks it keeps the
 * places where it is, one a level, and what it has had; `forget` lets go of the rest.
 */
export class DagWalk {
  readonly #blocks: VerifiedBlocks;
  readonly #subject: Subject;
  readonly #path: Frame[] = [];
  readonly #had = new BlockSet();
  /** Had with all below them. */
  readonly #done = new BlockSet();

  constructor(blocks: VerifiedBlocks, subject: Subject) {
    this.#blocks = blocks;
    this.#subject = subject;
  }

  /** Blocks in order. `proof` are those on the way from the CID that was asked for, which come first. */
  async *cids(proof: readonly CID[], signal: AbortSignal): AsyncGenerator<CID> {
    const { root, scope } = this.#subject;
    for (const cid of proof) if (this.#isNew(cid)) yield cid;
    if (this.#isNew(root)) yield root;
    if (scope === 'block') return;
    this.#path.push({ cid: root, at: 0, next: 0, below: null });
    for (let frame = this.#path.at(-1); frame; frame = this.#path.at(-1)) {
      frame.below ??= await this.#open(frame, signal);
      const child = frame.below[frame.next];
      if (child === undefined) {
        this.#path.pop();
        continue;
      }
      frame.next += 1;
      const { isNew, isDone } = this.#enter(child);
      if (isNew) yield child.cid;
      if (!isDone) this.#path.push({ cid: child.cid, at: child.at, next: 0, below: null });
    }
  }

  /** By itself, so that the walk does not hold the block while it waits. */
  async #open(frame: Frame, signal: AbortSignal): Promise<Below[]> {
    return this.#countingOf(frame, linksOf(frame.cid, await this.#blocks.read(frame.cid, signal)));
  }

  /** Frees what can be read again. */
  forget(): void {
    for (const frame of this.#path) frame.below = null;
  }

  #enter({ cid, whole }: Below): { isNew: boolean; isDone: boolean } {
    if (cid.code === raw.code) return { isNew: this.#isNew(cid), isDone: true };
    if (this.#subject.dups) return { isNew: true, isDone: false };
    // Of a span the nodes at its two ends come in part: those are gone through each time.
    const isDone = this.#done.has(cid);
    if (whole) this.#done.add(cid);
    return { isNew: this.#isNew(cid), isDone };
  }

  #isNew(cid: CID): boolean {
    return this.#subject.dups || this.#had.add(cid);
  }

  /** The links of a node that the scope and the span let follow. */
  #countingOf(frame: Frame, node: NodeLinks): Below[] {
    const { kind, links, heldBytes } = node;
    const { scope, span } = this.#subject;
    if (kind !== 'file') {
      const isShard = ({ name }: NodeLink) => kind === 'shard' && name.length === prefixLength(node);
      const inScope = scope === 'all' ? links : links.filter(isShard);
      return inScope.map(({ cid }) => ({ cid, at: 0, whole: true }));
    }
    let at = frame.at + heldBytes;
    const isAll = span.from === 0 && span.to === Number.POSITIVE_INFINITY;
    const below = links.map(({ cid, sizeBytes }) => {
      const end = sizeBytes === undefined ? Number.POSITIVE_INFINITY : at + sizeBytes;
      const part = { cid, at, whole: span.from <= at && end <= span.to };
      at = end;
      return { part, end };
    });
    const counts = ({ part, end }: (typeof below)[number]) => isAll || (part.at < span.to && end > span.from);
    return below.filter(counts).map(({ part }) => part);
  }
}
