import { z } from 'zod';
import { BoundedMap } from '../lib/bounded-map.ts';
import type { MediaStorage } from './storage.ts';

/** What a packaged video says of itself, and its CID commits to; see packager/content-json.ts. */
const contentJson = z.object({
  version: z.literal(1),
  duration_sec: z.number().min(0),
  units: z.int().min(1),
  preview_sec: z.int().min(0).max(60),
  renditions: z
    .array(z.object({ width: z.int().min(1), height: z.int().min(1), codecs: z.string().max(200) }))
    .min(1),
  captions: z
    .array(z.object({ language: z.string().max(35) }))
    .max(16)
    .optional(),
  keys: z.array(z.string().nullable()),
});

/** One leaf. */
const MAX_BYTES = 256 * 1024;
const MAX_REMEMBERED = 10_000;

export interface PackagedVideo {
  durationSec: number;
  /** Of the first rendition. */
  width: number;
  height: number;
  codecs: string[];
  units: number;
  previewSec: number;
  /** Units that have a key. */
  soldUnits: number;
  /** `poster.jpg` stands beside it. */
  hasPoster: boolean;
  /** Languages of its captions. */
  captions: string[];
  /** There are keys to it: what follows the preview is ciphertext. */
  isProtected: boolean;
}

type Directories = Pick<MediaStorage, 'find' | 'read'>;

/** Of a directory that is kept here; `null` where it is no packaged video. */
export async function packagedVideo(
  storage: Directories,
  cid: string,
  signal?: AbortSignal,
): Promise<PackagedVideo | null> {
  const data = await readContentJson(storage, cid, signal);
  const [best] = data?.renditions ?? [];
  if (data === null || best === undefined) return null;
  const soldUnits = data.keys.filter((key) => key !== null).length;
  return {
    durationSec: data.duration_sec,
    width: best.width,
    height: best.height,
    codecs: best.codecs.split(','),
    units: data.units,
    previewSec: data.preview_sec,
    soldUnits,
    hasPoster: (await storage.find(cid, 'poster.jpg'))?.kind === 'file',
    captions: (data.captions ?? []).map(({ language }) => language),
    isProtected: soldUnits > 0,
  };
}

/**
 * What the CID commits to of its keys: SHA-256 of each unit's, in hex; `null` of what is all preview.
 * @returns `null` where it is no packaged video
 */
export async function packagedKeyHashes(
  storage: Directories,
  cid: string,
): Promise<readonly (string | null)[] | null> {
  return (await readContentJson(storage, cid))?.keys ?? null;
}

async function readContentJson(storage: Directories, cid: string, signal?: AbortSignal) {
  const file = await storage.find(cid, 'content.json');
  if (file?.kind !== 'file' || file.sizeBytes > MAX_BYTES) return null;
  const bytes: Uint8Array[] = [];
  const whole = { offset: 0, length: file.sizeBytes, ...(signal && { signal }) };
  for await (const chunk of storage.read(file.cid, whole)) bytes.push(chunk);
  return contentJson.safeParse(parsed(Buffer.concat(bytes).toString())).data ?? null;
}

export type PackagedForm = 'protected' | 'clear' | null;

/** How a directory that is kept here is packaged; `null` where it is no packaged video. Asked for at each segment. */
export function createPackagedForms(storage: Directories): (cid: string) => Promise<PackagedForm> {
  const known = new BoundedMap<string, NonNullable<PackagedForm>>(MAX_REMEMBERED);
  return async (cid) => {
    const found = known.get(cid);
    if (found !== undefined) return found;
    const video = await packagedVideo(storage, cid);
    if (video === null) return null;
    const form = video.isProtected ? 'protected' : 'clear';
    known.set(cid, form);
    return form;
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
