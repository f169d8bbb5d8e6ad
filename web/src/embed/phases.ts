/** What is shown: a picture with a button; a player; what comes after it. */
type Phase = 'poster' | 'opening' | 'plays' | 'over' | 'failed';

/** What plays of a video. */
export interface FreePart {
  /** The rest is not free, and nothing more is loaded. */
  isCut(): boolean;
}

type Play = (video: HTMLVideoElement, events: PlayEvents) => Promise<FreePart>;

export interface PlayEvents {
  /** The rest is not free: what is held already plays to its end. */
  onCut(): void;
  onFailed(): void;
}

/** Has the buttons of an embed play, and shows where it stands. */
export function showPhases(main: HTMLElement, video: HTMLVideoElement, play: Play): void {
  const button = main.querySelector<HTMLButtonElement>('button[data-play]');
  const again = main.querySelector<HTMLButtonElement>('button[data-again]');
  const rest = main.querySelector<HTMLAnchorElement>('[data-over] a');
  const note = main.querySelector('[role=status]');
  let part: FreePart | null = null;

  const show = (phase: Phase) => {
    main.dataset.phase = phase;
    if (note) note.textContent = NOTES[phase];
  };
  const over = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    video.pause();
    show('over');
    // Whoever writes in the page around it writes on.
    if (document.hasFocus()) rest?.focus({ preventScroll: true });
  };
  /** Nothing of what is to be shown next is there, nor will it come. */
  const overIfCut = () => {
    if (part?.isCut() && isAtEndOfHeld(video)) over();
  };

  video.addEventListener('playing', () => show('plays'));
  video.addEventListener('waiting', overIfCut);
  video.addEventListener('ended', over);
  const begin = async () => {
    show('opening');
    video.controls = true;
    try {
      part ??= await play(video, { onCut: overIfCut, onFailed: () => show('failed') });
      await video.play();
    } catch {
      // Whoever presses pause while it opens has not lost the video.
      if (video.error || part === null) show('failed');
      else if (main.dataset.phase === 'opening') show('plays');
    }
  };
  button?.addEventListener('click', () => void begin());
  again?.addEventListener('click', () => {
    video.currentTime = 0;
    void begin();
  });
}

/** Not while nothing at all is there yet: what was fetched takes a moment until it can be shown. */
function isAtEndOfHeld({ buffered, currentTime }: HTMLVideoElement): boolean {
  if (buffered.length === 0) return false;
  for (let index = 0; index < buffered.length; index += 1) {
    const isIn =
      buffered.start(index) <= currentTime + END_SEC && currentTime < buffered.end(index) - END_SEC;
    if (isIn) return false;
  }
  return true;
}

/** Pictures and sound end not quite together, and players stop a little before the end of what they hold. */
const END_SEC = 0.3;

const NOTES: Readonly<Record<Phase, string>> = {
  poster: '',
  opening: 'Opening the video …',
  plays: '',
  over: '',
  failed: 'It does not open here. The full page may have it from somebody else.',
};
