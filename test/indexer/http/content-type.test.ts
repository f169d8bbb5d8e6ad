import { expect } from 'chai';
import { typeOfBytes, typeOfName, UNKNOWN_TYPE } from '../../../indexer/http/gateway/content-type.ts';

describe('typeOfName()', () => {
  for (const name of ['', 'video', 'page.html', 'image.svg', 'feed.xml', 'script.js', '.mp4']) {
    it(`tells nothing from ${JSON.stringify(name)}`, () => {
      expect(typeOfName(name)).to.equal(null);
    });
  }

  it('knows the extension in any case', () => {
    expect(typeOfName('A day at the sea.MP4')).to.equal('video/mp4');
    expect(typeOfName('old.mpg')).to.equal('video/mpeg');
    expect(typeOfName('old.flv')).to.equal('video/x-flv');
    expect(typeOfName('old.wmv')).to.equal('video/x-ms-wmv');
    expect(typeOfName('live.m3u8')).to.equal('application/vnd.apple.mpegurl');
  });
});

describe('typeOfBytes()', () => {
  for (const text of [
    '',
    'ftyp',
    '<html>',
    '<svg xmlns="http://www.w3.org/2000/svg">',
    'RIFF1234',
    'The moov',
    'The free',
  ]) {
    it(`tells nothing from ${JSON.stringify(text)}`, () => {
      expect(typeOfBytes(Buffer.from(text))).to.equal(UNKNOWN_TYPE);
    });
  }

  const starts: [start: string, type: string][] = [
    ['\0\0\0\x20ftypisom', 'video/mp4'],
    ['\0\0\0\x20ftypqt  ', 'video/quicktime'],
    ['\0\0\0\x20ftypM4A ', 'audio/mp4'],
    ['\0\0\0\x20ftypavif', 'image/avif'],
    ['\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x86\x81\x01B\x82\x84webm', 'video/webm'],
    ['\x1aE\xdf\xa3\x01\0\0\0\0\0\0#B\x86\x81\x01B\x82\x88matroska', 'video/matroska'],
    ['\0\0\x10\0moov', 'video/quicktime'],
    ['\0\0\0\x08wide\0\x12\0\0mdat', 'video/quicktime'],
    ['\x12\0\0\0mdat', 'video/quicktime'],
    ['\0\0\x01\xba\x44', 'video/mpeg'],
    ['\0\0\x01\xb3\x14', 'video/mpeg'],
    ['FLV\x01\x05', 'video/x-flv'],
    ['\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c', 'video/x-ms-asf'],
    ['\xff\xf1\x50', 'audio/aac'],
    ['OggS\0', 'application/ogg'],
    ['ID3\x04', 'audio/mpeg'],
    ['RIFF1234WAVEfmt ', 'audio/wav'],
    ['RIFF1234WEBPVP8L', 'image/webp'],
    ['\x89PNG\r\n\x1a\n', 'image/png'],
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    [`G${'\0'.repeat(187)}G`, 'video/mp2t'],
    ['#EXTM3U\n', 'application/vnd.apple.mpegurl'],
  ];
  for (const [start, type] of starts) {
    it(`knows ${type}`, () => {
      expect(typeOfBytes(Buffer.from(start, 'latin1'))).to.equal(type);
    });
  }
});
