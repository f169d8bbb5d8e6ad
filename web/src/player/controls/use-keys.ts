import { type RefObject, useEffect, useEffectEvent } from 'react';
import { turnCaptions } from '../captions/chosen.ts';
import { soughtSec, type Wish, wishOf } from './keys.ts';

/** Has the keys of the whole page move the video, unless something else has them. */
export function useKeys(video: RefObject<HTMLVideoElement | null>, onHelp: () => void): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const { current } = video;
    const wish = event.defaultPrevented ? null : wishOf(pressOf(event));
    if (!wish || !current) return;
    event.preventDefault();
    if (wish.kind === 'help') onHelp();
    else if (wish.kind === 'captions') turnCaptions();
    else grant(current, wish);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => pressed(event);
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}

function pressOf({ key, repeat, ctrlKey, altKey, metaKey, target }: KeyboardEvent) {
  const element = target instanceof HTMLElement ? target : document.body;
  return {
    ...{ key, repeat, isChord: ctrlKey || altKey || metaKey },
    on: element.localName,
    isElsewhere: element.isContentEditable || document.querySelector('dialog[open]') !== null,
  };
}

function grant(video: HTMLVideoElement, wish: Wish): void {
  if (wish.kind === 'seek') video.currentTime = soughtSec(video.currentTime, wish.bySec, video.duration);
  if (wish.kind === 'mute') video.muted = !video.muted;
  if (wish.kind === 'play') {
    if (video.paused) video.play().catch(() => undefined);
    else video.pause();
  }
  if (wish.kind === 'full') {
    // A browser may refuse it.
    const turned = document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen();
    turned.catch(() => undefined);
  }
}
