/**
 * What JSON Schema can say of texts that are read by more than a pattern. In the words that every language's patterns
 * have; what they can't say (checksums, calendars, the bytes of a CID) is found when a text is read.
 */

const TURNS_AND_LOST = '\\u202a-\\u202e\\u2066-\\u2069\\ufffd';
const CONTROL = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029';
const CONTROL_IN_LINES = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f';
const INVISIBLE = '\\u00ad\\u200b-\\u200f\\u2060-\\u2065\\ufeff';

const UNFIT = `${CONTROL}${TURNS_AND_LOST}`;

export const PATTERN = {
  cid: '^(0x[0-9a-fA-F]{40}|Qm[1-9A-HJ-NP-Za-km-z]{44}|(?!Qm|0x)\\S{5,128})$',
  /** With one character at least that is seen. */
  name: `^[^${UNFIT}]*[^\\s${UNFIT}${INVISIBLE}][^${UNFIT}]*$`,
  lines: `^[^${CONTROL_IN_LINES}${TURNS_AND_LOST}]*$`,
  httpUrl: `^[Hh][Tt][Tt][Pp][Ss]?://[^\\s${UNFIT}${INVISIBLE}]+$`,
  kinds: '^(view|stream|content|upload)(,(view|stream|content|upload))*$',
  eventId: '^([0-9a-f]{12}-\\d{1,15})?$',
} as const;
