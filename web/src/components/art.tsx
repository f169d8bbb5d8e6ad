import type { CSSProperties, ReactNode } from 'react';

/** Pairs of hues that go together. */
const PAIRS = [
  [186, 38],
  [224, 286],
  [262, 330],
  [204, 164],
  [340, 24],
  [12, 44],
  [172, 226],
  [300, 210],
] as const;

/** Draws a picture from the CID, always the same one, for videos without a picture, and until theirs is here. */
export function Art({ cid, children }: { cid: string; children?: ReactNode }) {
  const number = numberOf(cid);
  const [one, other] = PAIRS[number % PAIRS.length] ?? PAIRS[0];
  const angle = (Math.floor(number / PAIRS.length) % 12) * 30;
  const style = { '--one': one, '--other': other, '--angle': `${angle}deg` } as CSSProperties;
  return (
    <div className="art" style={style}>
      {children}
    </div>
  );
}

/** Depends on every character. */
function numberOf(text: string): number {
  let sum = 7;
  for (const character of text) sum = (sum * 31 + character.charCodeAt(0)) % 1_000_003;
  return sum;
}
