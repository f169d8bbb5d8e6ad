import { useState } from 'react';
import type { Content } from '../../../api/answers.ts';
import { keepPosition, positionOf } from '../../../player/controls/positions.ts';
import { linkedSec } from '../share/links.ts';

/** Where a video went on when the view began, and a way to note where it stands. */
export function usePosition({ contract, content_id }: Content) {
  const video = `${contract} ${content_id}`.toLowerCase();
  const [beganAtSec] = useState(() => linkedSec() || positionOf(video));
  return {
    beganAtSec,
    keep: (atSec: number) => keepPosition(video, atSec),
  };
}
