/**
 * What a listing promises in `cap_units` of its metadata: who has bought so many units of it within 24 hours has the rest for
 * nothing. `null` where it promises nothing, or nothing that can be read.
 */
export function capUnitsOf(metadata: string): number | null {
  if (!metadata.includes('cap_units')) return null; // The usual case, at each key.
  let data: unknown;
  try {
    data = JSON.parse(metadata);
  } catch {
    return null; // Metadata may be any text.
  }
  const cap = typeof data === 'object' && data !== null && 'cap_units' in data ? data.cap_units : null;
  return typeof cap === 'number' && Number.isSafeInteger(cap) && cap >= 1 ? cap : null;
}
