import { useId } from 'react';
import { useStore } from '../../lib/store.ts';
import { AUTOMATIC, chosenHeight, renditionFor } from './quality.ts';
import type { Quality } from './use-hls.ts';

/** Which size of the picture plays; shown where there are several. What is chosen is remembered. */
export function QualityChoice({ quality: { renditions, choose } }: { quality: Quality }) {
  const id = useId();
  const height = useStore(chosenHeight);
  if (renditions.length < 2) return null;
  const pick = (index: number) => {
    chosenHeight.set(renditions.find((each) => each.index === index)?.height ?? 0);
    choose(index);
  };
  return (
    <span className="tool line">
      <label htmlFor={id}>Quality</label>
      <span className="input">
        <select
          id={id}
          value={renditionFor(renditions, height)}
          onChange={({ target }) => pick(Number(target.value))}
        >
          <option value={AUTOMATIC}>Automatic: as the line allows</option>
          {renditions.map(({ index, height: lines }) => (
            <option key={index} value={index}>
              {lines}p
            </option>
          ))}
        </select>
      </span>
    </span>
  );
}
