import { close, open, openSync, readv, readvSync } from 'node:fs';
import { promisify } from 'node:util';

const inThread = { open: promisify(open), readv: promisify(readv) };
export const closed = promisify(close);

/** A disk that kept this thread waiting for longer is not waited for in it again for a while: all others would wait too. */
const QUICK_MS = 5;
/** At first; where it is slow again at the next try, twice as long. */
const SLOW_FOR_MS = 10_000;
const MOST_SLOW_FOR_MS = 3_600_000;

/**
 * Reads what its reader waits for in this thread, as long as the disk answers at once, as it does where the system has the
 * file in memory: another thread must wake before it reads, and this one before it goes on (decision 0121).
 */
export class QuickDisk {
  readonly #now: () => number;
  #slowUntil = Number.NEGATIVE_INFINITY;
  #slowForMs = SLOW_FOR_MS;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns the descriptor of a file to read, which `closed` closes. */
  async open(path: string): Promise<number> {
    return this.#isQuick ? this.#timed(() => openSync(path, 'r')) : await inThread.open(path, 'r');
  }

  /** @returns how many bytes of the pieces it filled, fewer at the file's end. */
  async read(fd: number, pieces: readonly Buffer[], position: number): Promise<number> {
    if (this.#isQuick) return this.#timed(() => readvSync(fd, pieces, position));
    return (await inThread.readv(fd, pieces, position)).bytesRead;
  }

  get #isQuick(): boolean {
    return this.#now() >= this.#slowUntil;
  }

  #timed<T>(read: () => T): T {
    const start = this.#now();
    const value = read();
    const end = this.#now();
    if (end - start <= QUICK_MS) this.#slowForMs = SLOW_FOR_MS;
    else {
      this.#slowUntil = end + this.#slowForMs;
      this.#slowForMs = Math.min(2 * this.#slowForMs, MOST_SLOW_FOR_MS);
    }
    return value;
  }
}

export const quickDisk = new QuickDisk();
