import type { Response } from 'express';
import type { CID } from 'multiformats/cid';
import type { VerifiedBlocks } from '../../../media/unixfs/verify.ts';
import { PacedWriter, portionOf } from '../pace/paced-writer.ts';
import { DagWalk, type Subject } from './walk.ts';
import { carHeader, carSection } from './write.ts';

export interface Archive {
  blocks: VerifiedBlocks;
  subject: Subject;
  /** Blocks on the way from the CID that was asked for to the subject. */
  proof: readonly CID[];
  /** Of the subject, in the version that the client spelt it in. */
  root: CID;
}

/**
 * Sends an archive at its reader's pace, block by block. `writeHead` is called only when the first block is there and
 * right, so that what is missing can still be told as an error; later the connection breaks.
 */
export async function sendCar(
  res: Response,
  writeHead: () => void,
  { blocks, subject, proof, root }: Archive,
): Promise<void> {
  using writer = new PacedWriter(res);
  const { signal } = writer;
  const walk = new DagWalk(blocks, subject);
  const begin = () => {
    writeHead();
    res.write(carHeader(root));
  };
  try {
    for await (const cid of walk.cids(proof, signal)) {
      for (let sent = 0, isWhole = false; !isWhole; ) {
        ({ sent, isWhole } = await sendSection(res, cid, sent, begin, { blocks, writer }));
        if (isWhole) continue;
        walk.forget();
        await writer.drained();
      }
    }
    res.end();
  } catch (error) {
    if (signal.aborted) return;
    if (res.headersSent) res.destroy();
    throw error;
  }
}

interface Way {
  blocks: VerifiedBlocks;
  writer: PacedWriter;
}

/**
 * A block with what stands before it, from `sent` on. When this ends nothing holds the block.
 * @returns how much of the section is sent by then: less than all when the reader has stopped.
 */
async function sendSection(
  res: Response,
  cid: CID,
  sent: number,
  begin: () => void,
  { blocks, writer }: Way,
): Promise<{ sent: number; isWhole: boolean }> {
  const block = await blocks.read(cid, writer.signal);
  if (!res.headersSent) begin();
  const head = carSection(cid, block.length);
  let at = sent;
  if (at < head.length) {
    // With the first of the block: a packet of its own would be dear.
    const first = portionOf(block, 0);
    at = head.length + first.length;
    if (!(await writer.write(Buffer.concat([head, first])))) return { sent: at, isWhole: false };
  }
  while (at < head.length + block.length) {
    const portion = portionOf(block, at - head.length);
    at += portion.length;
    if (!(await writer.write(portion))) return { sent: at, isWhole: false };
  }
  return { sent: at, isWhole: true };
}
