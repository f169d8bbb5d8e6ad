import type { Response } from 'express';
import type { CID } from 'multiformats/cid';
import type { VerifiedBlocks } from '../../../media/unixfs/verify.ts';
import { drained, portionOf, STALL_TIMEOUT_MS } from '../send-bytes.ts';
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
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const { signal } = gone;
  const walk = new DagWalk(blocks, subject);
  const begin = () => {
    writeHead();
    res.write(carHeader(root));
  };
  try {
    for await (const cid of walk.cids(proof, signal)) {
      for (let sent = 0, isWhole = false; !isWhole; ) {
        ({ sent, isWhole } = await sendSection(res, cid, sent, begin, { blocks, signal }));
        if (isWhole) continue;
        walk.forget();
        await drained(res, signal);
      }
    }
    res.end();
  } catch (error) {
    if (signal.aborted) return;
    if (res.headersSent) res.destroy();
    throw error;
  }
}

interface Source {
  blocks: VerifiedBlocks;
  signal: AbortSignal;
}

/** A block with what stands before it, from `sent` on. When this ends nothing holds the block. */
async function sendSection(
  res: Response,
  cid: CID,
  sent: number,
  begin: () => void,
  { blocks, signal }: Source,
): Promise<{ sent: number; isWhole: boolean }> {
  const block = await blocks.read(cid, signal);
  if (!res.headersSent) begin();
  const parts = [carSection(cid, block.length), block];
  const now = await sendUntilStalled(res, parts, sent, signal);
  return { sent: now, isWhole: now === parts.reduce((sum, { length }) => sum + length, 0) };
}

/** @returns how much of the parts is sent by then: less than all when the reader has stopped. */
async function sendUntilStalled(
  res: Response,
  parts: readonly Uint8Array[],
  from: number,
  signal: AbortSignal,
): Promise<number> {
  let start = 0;
  let sent = from;
  for (const part of parts) {
    while (sent < start + part.length) {
      const portion = portionOf(part, sent - start);
      sent += portion.length;
      if (!res.write(portion) && !(await drained(res, signal, STALL_TIMEOUT_MS))) return sent;
    }
    start += part.length;
  }
  return sent;
}
