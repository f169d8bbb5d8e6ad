import type { z } from 'zod';
import type { KeptMedia } from '../../store/book.ts';
import type { mediaSchema } from '../schemas/contents.ts';

type Shown = z.input<typeof mediaSchema>;

/** `null` for what is not here, or not known to be: a directory says only when it is measured what it is. */
export function mediaFields(kept: KeptMedia | null): Shown | null {
  const form = kept && formOf(kept);
  if (form === null || kept?.sizeBytes == null) return null;
  const video = kept.measured?.video ?? null;
  return {
    form,
    size: kept.sizeBytes,
    is_video: kept.measured && video !== null,
    duration_sec: video?.durationSec ?? null,
    width: video?.width ?? null,
    height: video?.height ?? null,
    codecs: video?.codecs ?? null,
    captions: kept.measured?.packaging?.captions ?? [],
  };
}

function formOf({ kind, measured }: KeptMedia): Shown['form'] | null {
  if (kind !== 'directory') return kind;
  if (measured?.packaging == null) return null;
  return measured.packaging.isProtected ? 'protected' : 'packaged';
}
