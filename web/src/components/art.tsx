import { type CSSProperties, type ReactNode, useState } from 'react';
import type { Content } from '../api/answers.ts';
import { HOST } from '../api/http.ts';

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

interface ArtProps {
  content: Pick<Content, 'cid' | 'poster'>;
  /** What stands in it where the video has no picture. */
  mark?: ReactNode;
  children?: ReactNode;
}

/** The picture of a video; one drawn from its CID, always the same, where it has none, and until it is here. */
export function Art({ content: { cid, poster }, mark, children }: ArtProps) {
  const [missing, setMissing] = useState<string>();
  const url = posterUrl(poster);
  const number = numberOf(cid);
  const [one, other] = PAIRS[number % PAIRS.length] ?? PAIRS[0];
  const angle = (Math.floor(number / PAIRS.length) % 12) * 30;
  const style = { '--one': one, '--other': other, '--angle': `${angle}deg` } as CSSProperties;
  const isPictured = url !== undefined && url !== missing;
  return (
    <div className={isPictured ? 'art art-pictured' : 'art'} style={style}>
      {isPictured ? (
        <img
          className="art-poster"
          src={url}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setMissing(url)}
        />
      ) : (
        mark
      )}
      {children}
    </div>
  );
}

/** @returns undefined where the host has no picture of it. */
export function posterUrl(poster: Content['poster']): string | undefined {
  return poster ? HOST + poster : undefined;
}

/** Depends on every character. */
function numberOf(text: string): number {
  let sum = 7;
  for (const character of text) sum = (sum * 31 + character.charCodeAt(0)) % 1_000_003;
  return sum;
}
