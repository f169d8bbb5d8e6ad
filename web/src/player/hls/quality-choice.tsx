import { useId } from 'react';
import type { Quality } from './use-hls.ts';

const AUTOMATIC = -1;

/** Which size of the picture plays; shown where there are several. */
export function QualityChoice({ quality: { renditions, choose } }: { quality: Quality }) {
  const id = useId();
  if (renditions.length < 2) return null;
  return (
    <p className="quality line small">
      <label htmlFor={id}>Quality</label>
      <span className="input">
        <select id={id} onChange={({ target }) => choose(Number(target.value))}>
          <option value={AUTOMATIC}>as the line allows</option>
          {renditions.map(({ index, height }) => (
            <option key={index} value={index}>
              {height}p
            </option>
          ))}
        </select>
      </span>
    </p>
  );
}
