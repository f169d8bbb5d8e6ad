/**
 * Why people could not read a text, or would read another one than is there; `null` where they can. Any script and any
 * emoji can be read, with the joiners and marks of direction that they need.
 * @param lines whether it may have several.
 */
export function unreadable(text: string, { lines = false } = {}): string | null {
  if (!text.isWellFormed() || text.includes('\ufffd'))
    return 'holds half a character, or one that was lost before (U+FFFD)';
  const [control] = (lines ? CONTROL_IN_LINES : CONTROL).exec(text) ?? [];
  if (control !== undefined) return `holds the control character ${codePoint(control)}`;
  const [turn] = TURNS.exec(text) ?? [];
  if (turn !== undefined) return `holds ${codePoint(turn)}, which shows text in another order than it stands`;
  return null;
}

/** Whether anything of it can be seen. */
export function isBlank(text: string): boolean {
  return !/[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{C}\p{M}\u2800]/u.test(text);
}

/** A character that nobody sees, which in a URL only deceives: `URL` keeps it, people don't. */
export function invisibleIn(text: string): string | null {
  const [found] = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{C}\u2800]/u.exec(text) ?? [];
  return found === undefined ? null : codePoint(found);
}

/** Of no script, and what ends a line: NUL, which PostgreSQL refuses, is one of them. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;
const CONTROL_IN_LINES = /(?![\t\n\r])[\p{Cc}\p{Noncharacter_Code_Point}]/u;
/** Embeddings, overrides and isolates (UAX #9): what follows them stands elsewhere than it is shown. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/;

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
