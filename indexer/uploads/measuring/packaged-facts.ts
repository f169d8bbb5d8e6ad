import { z } from 'zod';
import type { MediaStorage } from '../../media/storage.ts';
import type { MeasuredMedia } from '../../store/store.ts';

/** What of content.json is shown; see packager/content-json.ts. */
const contentJson = z.object({
  version: z.literal(1),
  duration_sec: z.number().min(0),
  units: z.int().min(1),
  preview_sec: z.int().min(0).max(60),
  renditions: z
    .array(z.object({ width: z.int().min(1), height: z.int().min(1), codecs: z.string().max(200) }))
    .min(1),
  keys: z.array(z.string().nullable()),
});

/** One leaf. */
const MAX_BYTES = 256 * 1024;

type Facts = Pick<MeasuredMedia, 'video' | 'packaging'>;

/** What a directory says of itself, if it is a packaged video; the CID commits to it. */
export async function packagedFacts(
  storage: Pick<MediaStorage, 'find' | 'read'>,
  cid: string,
  signal: AbortSignal,
): Promise<Facts> {
  const file = await storage.find(cid, 'content.json');
  if (file?.kind !== 'file' || file.sizeBytes > MAX_BYTES) return NO_VIDEO;
  const bytes: Uint8Array[] = [];
  for await (const chunk of storage.read(file.cid, { offset: 0, length: MAX_BYTES, signal }))
    bytes.push(chunk);
  const read = contentJson.safeParse(parsed(Buffer.concat(bytes).toString()));
  const best = read.data?.renditions[0];
  if (!read.success || best === undefined) return NO_VIDEO;
  const { duration_sec: durationSec, units, preview_sec: previewSec, keys } = read.data;
  const { width, height, codecs } = best;
  return {
    video: { durationSec, width, height, codecs: codecs.split(',') },
    packaging: { isProtected: keys.some((key) => key !== null), previewSec, units },
  };
}

export const NO_VIDEO: Facts = { video: null, packaging: null };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
