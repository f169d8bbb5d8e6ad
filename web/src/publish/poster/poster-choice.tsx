import { useId } from 'react';
import { clock } from '../../player/clock.ts';
import type { Poster } from './use-poster.ts';

/** One of three pictures out of the video, by which it is listed. */
export function PosterChoice({ poster, disabled }: { poster: Poster; disabled: boolean }) {
  const group = useId();
  const { frames, chosen, choose } = poster;
  if (frames === undefined)
    return (
      <p className="line small soft" role="status">
        <span className="spinner" aria-hidden="true" /> Looking for pictures in the video …
      </p>
    );
  if (frames.length === 0)
    return (
      <p className="small soft" role="status">
        This browser can’t show the file, so there is no picture to choose: it is listed without one.
      </p>
    );
  return (
    <fieldset className="poster-row" disabled={disabled}>
      <legend>The picture in the catalogue</legend>
      {frames.map(({ atSec, shown }, index) => (
        <label key={atSec} className="poster-option">
          <input
            type="radio"
            className="out-of-sight"
            name={group}
            checked={index === chosen}
            onChange={() => choose(index)}
          />
          <img src={shown} alt={`The video at ${clock(atSec)}`} />
          <span className="small soft number" aria-hidden="true">
            {clock(atSec)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
