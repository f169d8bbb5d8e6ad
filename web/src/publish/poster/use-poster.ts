import { useEffect, useRef, useState } from 'react';
import { type Frame, type Frames, framesOf } from './frames.ts';

/** The picture by which a video is listed. */
export interface Poster {
  /** To choose among; `undefined` while they are made. */
  frames: readonly Frame[] | undefined;
  /** Index of the one that is chosen. */
  chosen: number;
  choose: (index: number) => void;
  /** Of the video; `null` where this browser can't tell, or not yet. */
  durationSec: number | null;
  /** What is to be uploaded, once all of it is known. */
  taken: () => Promise<Taken>;
}

export interface Taken {
  picture: Blob | null;
  durationSec: number | null;
}

const NOTHING: Frames = { frames: [], durationSec: null };

/** Pictures of a file, made as soon as it is chosen. @param file undefined where none is wanted */
export function usePoster(file: File | undefined): Poster {
  const [found, setFound] = useState<{ of: File; made: Frames }>();
  const [choice, setChoice] = useState<{ of: File | undefined; index: number }>();
  const making = useRef(Promise.resolve(NOTHING));
  useEffect(() => {
    let isLeft = false;
    making.current = file ? framesOf(file) : Promise.resolve(NOTHING);
    void making.current.then((made) => {
      if (file && !isLeft) setFound({ of: file, made });
    });
    return () => {
      isLeft = true;
    };
  }, [file]);
  const chosen = choice && choice.of === file ? choice.index : 0;
  return {
    frames: found && found.of === file ? found.made.frames : undefined,
    durationSec: found && found.of === file ? found.made.durationSec : null,
    chosen,
    choose: (index) => setChoice({ of: file, index }),
    async taken() {
      const { frames, durationSec } = await making.current;
      return { picture: frames[chosen]?.picture ?? null, durationSec };
    },
  };
}
