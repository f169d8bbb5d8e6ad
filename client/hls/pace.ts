/** As much of a video element as decides on buying. */
export interface Media {
  readonly currentTime: number;
  readonly paused: boolean;
  readonly ended: boolean;
  readonly buffered: { readonly length: number; start(index: number): number; end(index: number): number };
  addEventListener(type: string, listener: (event: { readonly type: string }) => void): void;
  removeEventListener(type: string, listener: (event: { readonly type: string }) => void): void;
}

/** The document that the video stands in. */
export interface Page {
  readonly visibilityState: string;
  addEventListener(type: 'visibilitychange', listener: () => void): void;
  removeEventListener(type: 'visibilitychange', listener: () => void): void;
}

/** What a key is needed for, in seconds of the video. */
export interface Stretch {
  startSec: number;
  /** Where its unit ends. */
  endSec: number;
}

interface Waiting extends Stretch {
  buy: () => void;
}

const AHEAD_SEC = 15;
/** Who drags the slider over a minute does not want it. */
const SETTLED_MS = 500;
/** A gap in what is held that the player steps over. */
const HOLE_SEC = 0.5;
const EVENTS = ['play', 'playing', 'seeking', 'timeupdate'];

/**
 * Decides when a unit may be bought: while somebody watches, and is about to need it. Players by themselves fetch
 * minutes ahead.
 */
export class Pace {
  readonly #page: Page | undefined;
  readonly #waiting = new Set<Waiting>();
  readonly #onStuck: () => void;
  #media: Media | null = null;
  #isAllowed = false;
  #soughtMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onStuck what is waited for is not what the person went to */
  constructor({ page, onStuck }: { page: Page | undefined; onStuck: () => void }) {
    this.#page = page;
    this.#onStuck = onStuck;
    page?.addEventListener('visibilitychange', this.#look);
  }

  /** A person has asked to play what costs money. */
  allow(): void {
    this.#isAllowed = true;
    this.#look();
  }

  attach(media: Media | null): void {
    for (const event of EVENTS) this.#media?.removeEventListener(event, this.#heard);
    this.#media = media;
    for (const event of EVENTS) media?.addEventListener(event, this.#heard);
    this.#look();
  }

  /** Answers when the unit may be bought. @throws the signal's reason */
  async until(stretch: Stretch, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const waiting = { ...stretch, buy: resolve };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', () => {
        this.#waiting.delete(waiting);
        reject(signal.reason);
      });
      this.#look();
    });
  }

  stop(): void {
    this.attach(null);
    clearTimeout(this.#timer);
    this.#page?.removeEventListener('visibilitychange', this.#look);
  }

  readonly #heard = ({ type }: { readonly type: string }) => {
    if (type !== 'seeking') return this.#look();
    this.#soughtMs = performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#look();
      if (this.#isStuck()) this.#onStuck();
    }, SETTLED_MS);
  };

  readonly #look = () => {
    if (!this.#isWatched()) return;
    for (const waiting of this.#waiting) {
      if (!this.#isNear(waiting)) continue;
      this.#waiting.delete(waiting);
      waiting.buy();
    }
  };

  #isWatched(): boolean {
    const media = this.#media;
    const runs = media !== null && !media.paused && !media.ended;
    const isSettled = performance.now() - this.#soughtMs >= SETTLED_MS - 1;
    return this.#isAllowed && runs && isSettled && this.#page?.visibilityState !== 'hidden';
  }

  #isNear({ startSec, endSec }: Stretch): boolean {
    const at = this.#media?.currentTime ?? 0;
    return at >= startSec - AHEAD_SEC && at < endSec;
  }

  /** After a seek the player may wait on for what it wanted before, while nothing is there to be shown. */
  #isStuck(): boolean {
    const media = this.#media;
    if (media === null || this.#waiting.size === 0) return false;
    const at = media.currentTime;
    const reachSec = reachOf(media, at);
    return [...this.#waiting].every(
      ({ startSec, endSec }) => at >= endSec || (at < startSec - HOLE_SEC && reachSec < startSec - HOLE_SEC),
    );
  }
}

/** How far the video can be played from there. */
function reachOf({ buffered }: Media, at: number): number {
  for (let nth = 0; nth < buffered.length; nth += 1) {
    if (buffered.start(nth) <= at + HOLE_SEC && at < buffered.end(nth)) return buffered.end(nth);
  }
  return at;
}
