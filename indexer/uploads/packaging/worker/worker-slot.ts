import { RetryableError } from '../../../lib/errors.ts';
import { Mutex } from '../../../lib/locks/keyed-mutex.ts';
import { NOT_STARTED } from './errors.ts';
import { type WorkerLimits, WorkerProcess } from './worker-process.ts';

/** A process for one job after the other: there while there is work, and a little longer where that is worth it. */
export class WorkerSlot implements AsyncDisposable {
  readonly #entry: URL;
  readonly #limits: WorkerLimits;
  readonly #idleMs: number;
  readonly #turns = new Mutex();
  readonly #closing = new AbortController();
  #process: WorkerProcess | null = null;
  #idle: NodeJS.Timeout | undefined;

  /** @param options `idleMs`: how long a process waits for the next job; with 0 each job gets its own. */
  constructor({ entry, limits, idleMs }: { entry: URL; limits: WorkerLimits; idleMs: number }) {
    this.#entry = entry;
    this.#limits = limits;
    this.#idleMs = idleMs;
  }

  /** Waits for its turn. @returns `signal` ends with the given one and with the slot */
  async take(signal?: AbortSignal): Promise<Turn> {
    const stop = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin, reject } = Promise.withResolvers<void>();
    void this.#turns.run(() => {
      begin();
      return ended;
    });
    const giveUp = () => reject(stop.reason);
    stop.addEventListener('abort', giveUp);
    try {
      stop.throwIfAborted();
      await begun;
    } catch (error) {
      end();
      throw error;
    } finally {
      stop.removeEventListener('abort', giveUp);
    }
    clearTimeout(this.#idle);
    return new Turn(this.#running(end), stop, async (process, isDone) => {
      if (!isDone || this.#idleMs === 0) await process.kill();
      else this.#idle = setTimeout(() => void process.kill(), this.#idleMs).unref();
      end();
    });
  }

  /** @param giveUp where it does not start: the next one's turn comes all the same */
  #running(giveUp: () => void): WorkerProcess {
    if (this.#process !== null && !this.#process.hasEnded) return this.#process;
    try {
      this.#process = new WorkerProcess(this.#entry, this.#limits);
      return this.#process;
    } catch (cause) {
      giveUp();
      throw new RetryableError(NOT_STARTED, { cause });
    }
  }

  /** Jobs that have not ended fail: this host is stopping. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new RetryableError('This host is stopping.'));
    clearTimeout(this.#idle);
    await this.#process?.kill();
  }
}

export class Turn implements AsyncDisposable {
  readonly process: WorkerProcess;
  readonly signal: AbortSignal;
  readonly #end: (process: WorkerProcess, isDone: boolean) => Promise<void>;
  #isDone = false;

  constructor(
    process: WorkerProcess,
    signal: AbortSignal,
    end: (process: WorkerProcess, isDone: boolean) => Promise<void>,
  ) {
    this.process = process;
    this.signal = signal;
    this.#end = end;
  }

  /** The job has come to its end: the process can do another. Without that it is killed, whatever it does. */
  done(): void {
    this.#isDone = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end(this.process, this.#isDone);
  }
}
