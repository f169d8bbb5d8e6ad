import { expect } from 'chai';
import type { Captions } from '../../packager/captions/captions.ts';
import {
  CaptionsRefused,
  MAX_CAPTIONS_BYTES,
  normalWebVtt,
  webVttIn,
} from '../../packager/captions/webvtt.ts';
import { packaged, sha256, textOf } from './packaged.ts';
import { fileOf, makeVideo } from './samples.ts';

const CUES =
  '00:01.000 --> 00:02.500\nHallo\n\n2\n01:00:02.500 --> 01:00:04.000 align:start\n- Ja?\n- Nein.\n';
const HEAD = 'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n';
const german: Captions = { language: 'de', label: 'Deutsch', text: `WEBVTT\n\n${CUES}` };
const brazilian: Captions = { language: 'pt-BR', label: 'Português (Brasil)', text: `WEBVTT\n\n${CUES}` };

describe('captions in packageMedia()', () => {
  it('stand beside the video, and the master playlist names them', async () => {
    const source = await makeVideo('mp4', { seconds: 14 });
    const plain = await packaged(source);
    const directory = await packaged(source, { captions: [german, brazilian] });
    expect([...directory.keys()].filter((path) => !plain.has(path))).to.deep.equal([
      ...['captions/de.vtt', 'captions/de.m3u8', 'captions/pt-BR.vtt', 'captions/pt-BR.m3u8'],
    ]);
    expect(textOf(directory, 'captions/de.vtt')).to.equal(`${HEAD}\n${CUES}`);
    expect(textOf(directory, 'captions/pt-BR.m3u8').split('\n')).to.deep.equal([
      ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:14', '#EXT-X-MEDIA-SEQUENCE:0'],
      ...['#EXT-X-PLAYLIST-TYPE:VOD', '#EXTINF:14.000000,', 'pt-BR.vtt', '#EXT-X-ENDLIST', ''],
    ]);
    const lines = textOf(directory, 'master.m3u8').split('\n');
    const media = (name: string, tag: string) =>
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="${name}",LANGUAGE="${tag}",AUTOSELECT=YES,URI="captions/${tag}.m3u8"`;
    expect(lines.slice(3, 5)).to.deep.equal([media('Deutsch', 'de'), media('Português (Brasil)', 'pt-BR')]);
    const smaller = [fileOf(await makeVideo('mp4', { seconds: 14, groupSec: 1 }))];
    const more = await packaged(source, { captions: [german], smaller });
    const variants = textOf(more, 'master.m3u8').match(/^#EXT-X-STREAM-INF:.*$/gm) ?? [];
    expect(variants).to.have.length(2);
    for (const line of variants) expect(line).to.match(/,SUBTITLES="captions"$/);
  });

  it('stand in content.json, with what they hash to', async () => {
    const source = await makeVideo('mp4', { seconds: 14 });
    const plain = JSON.parse(textOf(await packaged(source), 'content.json'));
    const directory = await packaged(source, { captions: [german] });
    const { captions, files, ...rest } = JSON.parse(textOf(directory, 'content.json'));
    expect(captions).to.deep.equal([{ path: 'captions/de.vtt', language: 'de', label: 'Deutsch' }]);
    for (const path of ['captions/de.vtt', 'captions/de.m3u8', 'master.m3u8']) {
      expect(files[path], path).to.equal(sha256(Buffer.from(textOf(directory, path))));
    }
    const { files: plainFiles, ...same } = plain;
    expect(rest).to.deep.equal(same);
    expect(plainFiles).not.to.include.keys('captions/de.vtt');
  });

  it('are the same bytes whatever ends their lines, and never encrypted', async () => {
    const source = await makeVideo('mp4', { seconds: 14 });
    const text = `\ufeff${german.text.replaceAll('\n', '\r\n')}\r\n\r\n`;
    const [one, other] = [
      await packaged(source, { captions: [german] }),
      await packaged(source, { captions: [{ ...german, text }] }),
    ];
    expect(other).to.deep.equal(one);
    const clear = await packaged(source, { captions: [german], secret: null });
    expect(textOf(clear, 'captions/de.vtt')).to.equal(textOf(one, 'captions/de.vtt'));
  });

  it('are refused in a language or by a label that is none, twice, or by the dozen', async () => {
    const source = await makeVideo('mp4', { seconds: 14 });
    const refused: [string, Captions[]][] = [
      ['The language of captions is none.', [{ ...german, language: '../keys' }]],
      ['The language of captions is none.', [{ ...german, language: 'deutsch' }]],
      ['The label of captions is none.', [{ ...german, label: 'D"' }]],
      ['The label of captions is none.', [{ ...german, label: 'D\nE' }]],
      ['The label of captions is none.', [{ ...german, label: '' }]],
      ['Two captions have the same language.', [german, { ...german, language: 'DE', label: 'other' }]],
      ['Two captions have the same label.', [german, { ...brazilian, label: 'deutsch' }]],
      ['There are 17 captions, not 16.', Array(17).fill(german)],
    ];
    for (const [message, captions] of refused) {
      const error = await packaged(source, { captions }).catch((thrown: unknown) => thrown);
      expect(error, message).to.be.instanceOf(RangeError).with.property('message', message);
    }
  });
});

describe('normalWebVtt()', () => {
  it('keeps notes, styles, regions and titles, and changes nothing twice', () => {
    const text = `WEBVTT - a film\nKind: captions\n\nNOTE\nby hand\n\nSTYLE\n::cue { color: lime }\n\nREGION\nid:a\n\n${CUES}`;
    const normal = normalWebVtt(text);
    expect(normal).to.equal(text.replace('film\n', 'film\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n'));
    expect(normalWebVtt(normal)).to.equal(normal);
  });

  it('takes a file out of a stream, whose own clock says nothing here', () => {
    expect(normalWebVtt(`WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\n${CUES}`)).to.equal(
      `${HEAD}\n${CUES}`,
    );
  });

  it('says in which line a text is no WebVTT', () => {
    const wrong: [line: number, message: string, text: string][] = [
      [1, 'A WebVTT file begins with WEBVTT.', ''],
      [1, 'A WebVTT file begins with WEBVTT.', '1\n00:00:01,000 --> 00:00:02,000\nsrt\n'],
      [1, 'A WebVTT file begins with WEBVTT.', `WEBVTTX\n\n${CUES}`],
      [2, 'There is no cue in it.', 'WEBVTT\n'],
      [4, 'There is a NUL in it.', 'WEBVTT\n\n00:01.000 --> 00:02.000\na\0b\n'],
      [2, 'An empty line is missing between the header and the first cue.', `WEBVTT\n${CUES}`],
      [3, WRITTEN, 'WEBVTT\n\n00:00:01,000 --> 00:00:02,000\ncomma\n'],
      [4, WRITTEN, 'WEBVTT\n\none\n00:61.000 --> 01:02.000\na\n'],
      [3, 'The cue ends before it starts.', 'WEBVTT\n\n00:02.000 --> 00:02.000\na\n'],
      [
        6,
        'The cue starts before the one above it: they stand in their order.',
        `WEBVTT\n\n${cue(3)}\n${cue(2)}`,
      ],
      [5, 'An empty line is missing before the next cue.', `WEBVTT\n\n${cue(1)}${cue(2)}`],
      [3, NO_TIMES, 'WEBVTT\n\nHallo\n'],
    ];
    for (const [line, message, text] of wrong) {
      const error = thrownBy(() => normalWebVtt(text));
      expect({ line: error.line, message: error.message }, text).to.deep.equal({ line, message });
    }
    expect(thrownBy(() => webVttIn(new Uint8Array([0x57, 0xff]))).message).to.equal(
      'It is no text in UTF-8.',
    );
  });

  it('reads the largest text that is taken within a moment, whatever it is', () => {
    for (const piece of ['\n', ' ', '0', '00:', '-->', '\r', '\t', 'NOTE\n', '00:01.000 --> 00:02.000\n']) {
      const text = `WEBVTT\n\n${piece.repeat(MAX_CAPTIONS_BYTES / piece.length)}`;
      const begun = performance.now();
      expect(() => normalWebVtt(text)).to.throw(CaptionsRefused);
      expect(performance.now() - begun, JSON.stringify(piece)).to.be.below(2_000);
    }
  });
});

const WRITTEN = 'The times of a cue are written as 00:00:01.000 --> 00:00:03.500.';
const NO_TIMES = 'It is no cue: there are no times in it, such as 00:01.000 --> 00:03.500.';

function cue(second: number): string {
  return `00:0${second}.000 --> 00:0${second + 1}.000\ntext\n`;
}

function thrownBy(work: () => unknown): CaptionsRefused {
  try {
    work();
  } catch (error) {
    if (error instanceof CaptionsRefused) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}
