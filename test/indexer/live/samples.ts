import type { LiveStream } from '../../../indexer/live/live.ts';
import type { BlockRef } from '../../../indexer/store/rows.ts';

export const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
export const OTHER_CID = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';
export const ALICE = `0x${'a1'.repeat(20)}`;
export const BOB = `0x${'b0'.repeat(20)}`;

export function stream(overrides: Partial<LiveStream> = {}): LiveStream {
  const cidKey = overrides.cidKey ?? CID;
  return {
    contract: `0x${'c0'.repeat(20)}`,
    contentId: `0x${cidKey === CID ? '01'.repeat(32) : '02'.repeat(32)}`,
    provider: ALICE,
    cid: cidKey,
    cidKey,
    url: 'http://alice.example/v',
    creator: `0x${'dd'.repeat(20)}`,
    registeredAtSec: 100,
    ...overrides,
  };
}

/** Many streams of one content, told apart by their URL. */
export function generation(url: string, count = 50): LiveStream[] {
  return Array.from({ length: count }, (_, index) =>
    stream({ url, provider: wallet(index), registeredAtSec: index }),
  );
}

export function wallet(index: number): string {
  return `0x${index.toString(16).padStart(40, '0')}`;
}

export function block(number: number, fork = 'a'): BlockRef {
  return { number, hash: `0x${fork}${number}` };
}

/** The blocks of one fork, from the parent of the first. */
export function path(from: number, to: number, fork = 'a'): BlockRef[] {
  return Array.from({ length: to - from + 1 }, (_, index) => block(from + index, fork));
}

export function asOf(number: number, fork = 'a') {
  return { asOf: block(number, fork), reorganised: false };
}
