import { expect } from 'chai';
import { pictureOf } from '../../../indexer/http/uploads/jpeg.ts';
import { jpeg } from '../../packager/pictures.ts';

const SOI = [0xff, 0xd8];
/** A segment as cameras write it. */
function segment(marker: number, text: string): Buffer {
  const body = Buffer.from(text, 'latin1');
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

describe('pictureOf()', () => {
  const plain = jpeg();
  const rest = plain.subarray(2);
  const withHead = (...segments: Buffer[]) => Buffer.concat([Buffer.from(SOI), ...segments, rest]);

  it('leaves a picture as it is that says nothing else', () => {
    expect(pictureOf(plain)?.equals(plain)).to.equal(true);
  });

  it('keeps nothing of where, when and by what it was taken', () => {
    const exif = segment(0xe1, 'Exif\0\0GPS 48.2082 N 16.3738 E');
    const taken = withHead(
      exif,
      segment(0xe2, 'MPF\0'),
      segment(0xed, 'Photoshop'),
      segment(0xfe, 'a phone'),
    );
    expect(pictureOf(taken)?.equals(plain)).to.equal(true);
  });

  it('keeps what its colours are decoded by', () => {
    const adobe = segment(0xee, 'Adobe\0d\0\0\0\0\x01');
    const picture = withHead(adobe);
    expect(pictureOf(picture)?.equals(picture)).to.equal(true);
  });

  it('ends where the picture ends, whatever a phone puts behind it', () => {
    const trailer = Buffer.concat([plain, Buffer.from('MotionPhoto'), Buffer.from([0xff, 0xd9])]);
    expect(pictureOf(trailer)?.equals(plain)).to.equal(true);
  });

  it('reads several scans, and the marks within them', () => {
    const scan = plain.indexOf(Buffer.from([0xff, 0xda]));
    const end = plain.length - 2;
    const data = Buffer.concat([plain.subarray(scan, end), Buffer.from([0xff, 0, 0xff, 0xd0, 1])]);
    const eoi = plain.subarray(end);
    const several = Buffer.concat([plain.subarray(0, scan), data, segment(0xfe, 'scan 2'), data, eoi]);
    const clean = Buffer.concat([plain.subarray(0, scan), data, data, eoi]);
    expect(pictureOf(several)?.equals(clean)).to.equal(true);
  });

  it('is none of what is no whole picture', () => {
    const size = plain.indexOf(Buffer.from([0xff, 0xc0])) === -1 ? 0xcb : 0xc0;
    const sized = plain.indexOf(Buffer.from([0xff, size]));
    const flat = Buffer.from(plain);
    flat.writeUInt16BE(0, sized + 5);
    const none = [
      Buffer.alloc(0),
      Buffer.from('a text'),
      Buffer.from([...SOI, 0xff, 0xd9]),
      Buffer.concat([Buffer.from(SOI), Buffer.alloc(64), Buffer.from([0xff, 0xd9])]),
      flat,
      ...Array.from({ length: plain.length - 1 }, (_, length) => plain.subarray(0, length)),
    ];
    for (const bytes of none) expect(pictureOf(bytes), bytes.toString('hex')).to.equal(null);
  });
});
