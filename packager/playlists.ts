import { type CaptionsTrack, pathOf } from './captions/captions.ts';

/** A segment as a playlist names it. */
export interface ListedSegment {
  startUs: number;
  endUs: number;
  sizeBytes: number;
  /** What encrypts it; `null` in the preview, which comes first. */
  unit: number | null;
}

export interface Rendition {
  path: string;
  width: number;
  height: number;
  /** Bits a second: of all of it, and of the segment with the most. */
  bitrate: number;
  peakBitrate: number;
  codecs: string;
  /** Whether Safari plays it. */
  safari: boolean;
}

const HEAD = ['#EXTM3U', '#EXT-X-VERSION:7'];

/** Segments are files of their own: ffmpeg and hls.js stumble over byte ranges of encrypted ones. */
export function mediaPlaylist(segments: readonly ListedSegment[], ivs: ReadonlyMap<number, string>): string {
  const lines = [
    ...HEAD,
    `#EXT-X-TARGETDURATION:${Math.ceil(Math.max(...segments.map(secondsOf)))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    // Before any key, so that it is not encrypted itself.
    '#EXT-X-MAP:URI="init.mp4"',
  ];
  let unit: number | null = null;
  for (const [index, segment] of segments.entries()) {
    if (segment.unit !== null && segment.unit !== unit) {
      unit = segment.unit;
      lines.push(`#EXT-X-KEY:METHOD=AES-128,URI="../keys/${unit}",IV=0x${ivs.get(unit)}`);
    }
    lines.push(`#EXTINF:${secondsOf(segment).toFixed(6)},`, `${index}.m4s`);
  }
  return textOf([...lines, '#EXT-X-ENDLIST']);
}

/** Of a text as long as the video, which is one segment. */
export function captionsPlaylist(track: CaptionsTrack, durationSec: number): string {
  return textOf([
    ...HEAD,
    `#EXT-X-TARGETDURATION:${Math.ceil(durationSec)}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    `#EXTINF:${durationSec.toFixed(6)},`,
    pathOf(track, 'vtt').replace(/^.*\//, ''),
    '#EXT-X-ENDLIST',
  ]);
}

export function masterPlaylist(
  renditions: readonly Rendition[],
  captions: readonly CaptionsTrack[] = [],
): string {
  const group = 'captions';
  const texts = captions.map((track) => {
    const { language, label } = track;
    return `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="${group}",NAME="${label}",LANGUAGE="${language}",AUTOSELECT=YES,URI="${pathOf(track, 'm3u8')}"`;
  });
  const withTexts = texts.length > 0 ? `,SUBTITLES="${group}"` : '';
  const lines = renditions.flatMap(({ path, width, height, bitrate, peakBitrate, codecs }) => [
    `#EXT-X-STREAM-INF:BANDWIDTH=${peakBitrate},AVERAGE-BANDWIDTH=${bitrate},CODECS="${codecs}",RESOLUTION=${width}x${height}${withTexts}`,
    path,
  ]);
  return textOf([...HEAD, '#EXT-X-INDEPENDENT-SEGMENTS', ...texts, ...lines]);
}

/** Bits a second of all segments, and of the one with the most. */
export function bitratesOf(segments: readonly ListedSegment[]): { bitrate: number; peakBitrate: number } {
  const bytes = segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const seconds = segments.reduce((sum, segment) => sum + secondsOf(segment), 0);
  const peak = Math.max(...segments.map((segment) => rate(segment.sizeBytes, secondsOf(segment))));
  return { bitrate: rate(bytes, seconds), peakBitrate: peak };
}

function rate(bytes: number, seconds: number): number {
  return Math.ceil((bytes * 8) / Math.max(seconds, 0.001));
}

function secondsOf({ startUs, endUs }: Pick<ListedSegment, 'startUs' | 'endUs'>): number {
  return (endUs - startUs) / 1e6;
}

function textOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
