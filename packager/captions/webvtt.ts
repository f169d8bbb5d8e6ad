/** A text that is no WebVTT, or not of the form that all players read. */
export class CaptionsRefused extends Error {
  override readonly name = 'CaptionsRefused';
  /** Where, from 1. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** An hour of speech has some 100 kB. */
export const MAX_CAPTIONS_BYTES = 1024 ** 2;

const TIME = String.raw`((?:\d{2,6}:)?[0-5]\d:[0-5]\d\.\d{3})`;
const TIMING = new RegExp(String.raw`^[ \t]*${TIME}[ \t]+-->[ \t]+${TIME}(?:[ \t].*)?$`);
const ARROW = '-->';
/** Times of the cues are those of the segments, which begin at 0. A file out of another stream says what it had there. */
const TIMESTAMP_MAP = 'X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000';

/** @throws CaptionsRefused */
export function webVttIn(bytes: Uint8Array): string {
  try {
    return normalWebVtt(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof CaptionsRefused) throw error;
    throw new CaptionsRefused(1, 'It is no text in UTF-8.');
  }
}

/**
 * The same text as all players take it: no byte-order mark, lines ended by LF, and the header that HLS asks for.
 * @throws CaptionsRefused where it has no cues, or where they are wrong or not in the order of their starts
 */
export function normalWebVtt(text: string): string {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  const [first = ''] = lines;
  if (!/^WEBVTT([ \t]|$)/.test(first)) {
    throw new CaptionsRefused(1, 'A WebVTT file begins with WEBVTT.');
  }
  const nul = lines.findIndex((line) => line.includes('\0'));
  if (nul >= 0) throw new CaptionsRefused(nul + 1, 'There is a NUL in it.');
  const blank = lines.indexOf('');
  const headEnd = blank < 0 ? lines.length : blank;
  const arrow = lines.slice(0, headEnd).findIndex((line) => line.includes(ARROW));
  if (arrow >= 0)
    throw new CaptionsRefused(arrow + 1, 'An empty line is missing between the header and the first cue.');
  checkCues(lines, headEnd);
  const head = lines.slice(1, headEnd).filter((line) => !line.startsWith('X-TIMESTAMP-MAP'));
  const rest = lines.slice(headEnd);
  while (rest.at(-1) === '') rest.pop();
  return `${[first, TIMESTAMP_MAP, ...head, ...rest].join('\n')}\n`;
}

function checkCues(lines: readonly string[], from: number): void {
  let lastStart = 0;
  let cues = 0;
  for (let at = from; at < lines.length; at += 1) {
    if (lines[at] === '') continue;
    const begin = at;
    while (at < lines.length && lines[at] !== '') at += 1;
    const block = lines.slice(begin, at);
    const start = startOf(block, begin);
    if (start === null) continue;
    if (start.ms < lastStart) {
      throw new CaptionsRefused(
        start.line,
        'The cue starts before the one above it: they stand in their order.',
      );
    }
    lastStart = start.ms;
    cues += 1;
  }
  if (cues === 0) throw new CaptionsRefused(lines.length, 'There is no cue in it.');
}

/** When the cue starts; `null` of a note, style or region. */
function startOf(block: readonly string[], before: number): { ms: number; line: number } | null {
  const isTimed = (line = '') => line.includes(ARROW);
  const index = isTimed(block[0]) ? 0 : 1;
  if (!isTimed(block[index])) {
    const stray = block.findIndex(isTimed);
    if (stray >= 0) throw new CaptionsRefused(before + stray + 1, MISSING_LINE);
    if (/^(NOTE|STYLE|REGION)([ \t]|$)/.test(block[0] ?? '')) return null;
    throw new CaptionsRefused(
      before + 1,
      'It is no cue: there are no times in it, such as 00:01.000 --> 00:03.500.',
    );
  }
  const line = before + index + 1;
  const [, start, end] = TIMING.exec(block[index] ?? '') ?? [];
  if (start === undefined || end === undefined) {
    throw new CaptionsRefused(line, 'The times of a cue are written as 00:00:01.000 --> 00:00:03.500.');
  }
  const stray = block.slice(index + 1).findIndex(isTimed);
  if (stray >= 0) throw new CaptionsRefused(line + stray + 1, MISSING_LINE);
  const ms = msOf(start);
  if (msOf(end) <= ms) throw new CaptionsRefused(line, 'The cue ends before it starts.');
  return { ms, line };
}

const MISSING_LINE = 'An empty line is missing before the next cue.';

function msOf(time: string): number {
  const [seconds = 0, minutes = 0, hours = 0] = time.split(':').reverse().map(Number);
  return Math.round((hours * 3_600 + minutes * 60 + seconds) * 1_000);
}
