const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);
const HEADER_BYTES = 8;
const ENTRY_BYTES = 8;

/**
 * An MP4 file whose table of times has so many entries more, all about no sample: each takes 8 bytes, and a demuxer a
 * hundred of memory.
 */
export function hungryFile(mp4: Uint8Array, entries: number): Buffer<ArrayBuffer> {
  const boxes: Buffer[] = [];
  for (let at = 0; at < mp4.length; ) {
    const box = Buffer.from(mp4.subarray(at));
    const size = box.readUInt32BE(0);
    const type = box.toString('latin1', 4, HEADER_BYTES);
    const body = box.subarray(HEADER_BYTES, size);
    if (CONTAINERS.has(type)) boxes.push(boxOf(type, hungryFile(body, entries)));
    else if (type === 'stts') boxes.push(boxOf(type, withEntries(body, entries)));
    else boxes.push(box.subarray(0, size));
    at += size;
  }
  return Buffer.concat(boxes);
}

function withEntries(table: Buffer, more: number): Buffer {
  const longer = Buffer.concat([table, Buffer.alloc(more * ENTRY_BYTES)]);
  longer.writeUInt32BE(table.readUInt32BE(4) + more, 4);
  return longer;
}

function boxOf(type: string, body: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(HEADER_BYTES + body.length);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
}
