import { z } from 'zod/mini';

/** What a creator says of a video in its metadata, which stand on chain: any text, by anybody. */
export interface Said {
  description: string | null;
  /** So many units are paid at most within 24 hours; the rest is then given. */
  capUnits: number | null;
}

/** A form, as far as it goes into metadata. */
interface Sayings {
  description?: string;
  capUnits?: string;
  unit: string;
  protect: boolean;
}

/** The metadata of a draft; empty where it says nothing. */
export function metadataOf({ description = '', capUnits = '', unit, protect }: Sayings): string {
  const said = {
    ...(description.trim() !== '' && { description: description.trim() }),
    ...(unit === 'minute' && protect && capUnits.trim() !== '' && { cap_units: Number(capUnits) }),
  };
  return Object.keys(said).length === 0 ? '' : JSON.stringify(said);
}

const metadata = z.object({ description: z.optional(z.unknown()), cap_units: z.optional(z.unknown()) });
const MAX_CHARACTERS = 4_096;
/** What would show as nothing, or turn the text around it; lines stay. */
const UNREADABLE = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** What can be shown of metadata. @param text of a listing; older hosts do not send it */
export function saidIn(text = ''): Said {
  const { data } = metadata.safeParse(parsed(text));
  const description =
    typeof data?.description === 'string'
      ? data.description.slice(0, MAX_CHARACTERS).replace(UNREADABLE, '').trim()
      : '';
  const cap = data?.cap_units;
  return {
    description: description === '' ? null : description,
    capUnits: typeof cap === 'number' && Number.isSafeInteger(cap) && cap >= 1 ? cap : null,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
