const START = 0xffd8;
const END = 0xd9;
const START_OF_SCAN = 0xda;
/** Segments that tell a picture's size: C0 to CF without tables and the like. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** What programs write for each other, such as where a picture was taken; but for the names of its colours (E0, EE). */
const isAbout = (marker: number) => marker === 0xfe || (marker > 0xe0 && marker <= 0xef && marker !== 0xee);

/**
 * The picture in JPEG alone: without its notes on place, time and camera, and without what stands behind its end.
 * @returns `null` where there is no whole picture.
 */
export function pictureOf(bytes: Buffer): Buffer | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== START) return null;
  const kept = [bytes.subarray(0, 2)];
  let hasSize = false;
  let hasScan = false;
  for (let at = 2; at + 2 <= bytes.length; ) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) return null;
    if (marker === END) return hasScan ? Buffer.concat([...kept, bytes.subarray(at, at + 2)]) : null;
    const isFiller = marker === 0xff;
    const end = isFiller ? at + 1 : endOf(bytes, at);
    if (end > bytes.length) return null;
    if (isFrame(marker)) hasSize = hasSizeAt(bytes, at);
    if (marker === START_OF_SCAN) hasScan = hasSize;
    if (!isFiller && !isAbout(marker)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return null;
}

/** Width and height, of a picture whose beginning this is; `null` where it does not tell. */
export function sizeOfPicture(bytes: Buffer): { width: number; height: number } | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== START) return null;
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] ?? 0;
    if (isFrame(marker) && hasSizeAt(bytes, at))
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at = marker === 0xff ? at + 1 : endOf(bytes, at);
  }
  return null;
}

/** Of a segment, with the data of a scan behind it; behind all bytes where it does not end. */
function endOf(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) return Number.POSITIVE_INFINITY;
  const end = at + 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  if (bytes[at + 1] !== START_OF_SCAN) return end;
  for (let mark = bytes.indexOf(0xff, end); mark !== -1; mark = bytes.indexOf(0xff, mark + 2)) {
    const marker = bytes[mark + 1] ?? 0;
    const isData = marker === 0 || (marker >= 0xd0 && marker <= 0xd7);
    if (!isData) return mark;
  }
  return Number.POSITIVE_INFINITY;
}

function hasSizeAt(bytes: Buffer, at: number): boolean {
  return at + 9 <= bytes.length && bytes.readUInt16BE(at + 5) > 0 && bytes.readUInt16BE(at + 7) > 0;
}
