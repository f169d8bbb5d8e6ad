const CONTAINERS = new Set(['moov', 'trak', 'mdia']);
const WITH_TIMES = new Set(['mvhd', 'tkhd', 'mdhd']);
const HEADER_BYTES = 8;

/** The same init segment as if made in 1904, where MP4 counts from: the muxer writes the present time. */
export function withoutTimes(init: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = init.slice();
  clearTimes(bytes);
  return bytes;
}

function clearTimes(bytes: Uint8Array<ArrayBuffer>): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const size = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + HEADER_BYTES));
    if (size < HEADER_BYTES || at + size > bytes.length) throw new Error(`A box ${type} of ${size} bytes.`);
    const body = bytes.subarray(at + HEADER_BYTES, at + size);
    if (CONTAINERS.has(type)) clearTimes(body);
    // A version, three bytes of flags, then the times of creation and change: 8 bytes each in version 1, else 4.
    if (WITH_TIMES.has(type)) body.fill(0, 4, body[0] === 1 ? 20 : 12);
    at += size;
  }
}
