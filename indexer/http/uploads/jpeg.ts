const START_OF_SCAN = 0xda;
/** Segments that tell a picture's size: C0 to CF without tables and the like. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Whether it is a picture in JPEG as a whole: it has a size, and neither stops in its headers nor goes on behind its end. */
export function isJpeg(bytes: Buffer): boolean {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return false;
  if (bytes.readUInt16BE(bytes.length - 2) !== 0xffd9) return false;
  let hasSize = false;
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return false;
    const marker = bytes[at + 1] ?? 0;
    if (marker === START_OF_SCAN) return hasSize;
    if (isFrame(marker)) hasSize = bytes.readUInt16BE(at + 5) > 0 && bytes.readUInt16BE(at + 7) > 0;
    at += 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return false;
}
