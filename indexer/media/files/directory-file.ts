import { hash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import type { BlockPlace } from './block-index.ts';

const LENGTH_BYTES = 4;

/** The nodes of a directory in one file: in front of each how long it is, the root last. */
export function encodeNodes(nodes: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    nodes.flatMap((node) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32BE(node.length);
      return [length, node];
    }),
  );
}

/** @throws {RangeError} when it is cut short */
export function* decodeNodes(bytes: Buffer): Generator<BlockPlace & { node: Buffer }> {
  for (let place = 0; place < bytes.length; ) {
    const end = place + LENGTH_BYTES + bytes.readUInt32BE(place);
    if (end > bytes.length) throw new RangeError('the nodes of a directory are cut short');
    const node = bytes.subarray(place + LENGTH_BYTES, end);
    yield { digest: hash('sha256', node, 'buffer'), place, node };
    place = end;
  }
}

export async function readNodes(path: string): Promise<(BlockPlace & { node: Buffer })[]> {
  return [...decodeNodes(await readFile(path))];
}

/** The node at a place, unchecked; as much of it as there is. */
export async function readNode(path: string, place: number): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const head = await handle.read(Buffer.alloc(LENGTH_BYTES), 0, LENGTH_BYTES, place);
    const { size } = await handle.stat();
    const length = Math.min(head.buffer.readUInt32BE(), Math.max(0, size - place));
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, place + LENGTH_BYTES);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
