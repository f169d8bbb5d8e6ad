import { type ReactNode, type RefObject, useEffect, useId, useRef } from 'react';
import { Icon } from '../../components/icon.tsx';
import { useStore } from '../../lib/store.ts';
import { KeyHelp } from './key-help.tsx';
import { chosenSpeed, SPEEDS, speedIn } from './speed.ts';
import { useKeys } from './use-keys.ts';

interface ControlsProps {
  video: RefObject<HTMLVideoElement | null>;
  /** Each turn has a video element of its own. */
  turn: number;
  children: ReactNode;
}

/** What stands below the picture, beside the browser's own controls. */
export function Controls({ video, turn, children }: ControlsProps) {
  const help = useRef<HTMLDialogElement>(null);
  const id = useId();
  const speed = useSpeed(video, turn);
  useKeys(video, () => help.current?.showModal());
  return (
    <div className="tools row small">
      <span className="tool line">
        <label htmlFor={id}>Speed</label>
        <span className="input">
          <select
            id={id}
            value={speed}
            onChange={({ target }) => chosenSpeed.set(speedIn(Number(target.value)))}
          >
            {SPEEDS.map((each) => (
              <option key={each} value={each}>
                {each}×
              </option>
            ))}
          </select>
        </span>
      </span>
      {children}
      {document.pictureInPictureEnabled && (
        <button type="button" className="tool tool-button line" onClick={() => turnPicture(video.current)}>
          <Icon name="picture" /> Small window
        </button>
      )}
      <button type="button" className="tool tool-button keys line" onClick={() => help.current?.showModal()}>
        <kbd>?</kbd> Keys
      </button>
      <KeyHelp dialog={help} />
    </div>
  );
}

/** Keeps the speed that is chosen, here or in the browser's own controls. */
function useSpeed(video: RefObject<HTMLVideoElement | null>, turn: number): number {
  const speed = speedIn(useStore(chosenSpeed));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn has another element
  useEffect(() => {
    const { current } = video;
    if (!current) return;
    // What is loaded later begins with the default.
    current.defaultPlaybackRate = speed;
    current.playbackRate = speed;
    const changed = () => {
      const now = current.playbackRate;
      if (speedIn(now) === now) chosenSpeed.set(now);
    };
    current.addEventListener('ratechange', changed);
    return () => current.removeEventListener('ratechange', changed);
  }, [video, turn, speed]);
  return speed;
}

/** The picture in a window above all others, or back. A browser may refuse it, as before there is a picture. */
function turnPicture(video: HTMLVideoElement | null): void {
  const turned = document.pictureInPictureElement
    ? document.exitPictureInPicture()
    : video?.requestPictureInPicture();
  turned?.catch(() => undefined);
}
