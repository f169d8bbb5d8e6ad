import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { RetryableError } from '../../../lib/errors.ts';
import { type FailureReason, NOT_STARTED, PackagingFailed, WORDS } from './errors.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { residentBytes } from './resident-bytes.ts';

export interface WorkerLimits {
  /** Of what JavaScript holds, which V8 keeps to. */
  heapMb: number;
  /** Of all that the process has in memory, which is looked at on Linux alone. */
  memoryMb: number;
}

const END_WITH_HOST = new URL('end-with-host.ts', import.meta.url).href;
const WATCH_MS = 50;
const MAX_STDERR = 8_192;
/** What a process of ours needs of the environment; none of its secrets. */
const ENV = ['PATH', 'NODE_COMPILE_CACHE', 'SystemRoot'];

/** A process that works on one file after the other. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #limits: WorkerLimits;
  readonly #gone: Promise<void>;
  readonly #watch: NodeJS.Timeout;
  readonly #messages: FromWorker[] = [];
  #failure: PackagingFailed | null = null;
  #notStarted: RetryableError | null = null;
  #hasEnded = false;
  #stderr = '';
  #onNews = () => {};

  constructor(entry: URL, limits: WorkerLimits) {
    this.#limits = limits;
    this.#child = fork(entry, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [`--max-old-space-size=${limits.heapMb}`, '--import', END_WITH_HOST],
      env: Object.fromEntries(ENV.map((name) => [name, process.env[name]])),
    });
    this.#child.on('message', (message: FromWorker) => this.#take(message));
    this.#child.on('error', (cause) => {
      if (this.#child.pid === undefined) this.#notStarted = new RetryableError(NOT_STARTED, { cause });
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR);
    });
    this.#gone = once(this.#child, 'close').then(
      () => this.#end(),
      () => this.#end(),
    );
    this.#watch = setInterval(() => this.#checkMemory(), WATCH_MS).unref();
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  send(message: ToWorker): void {
    // Where it can't be sent the process has ended, or has not started: `next` says so.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** What the worker says next. @throws {PackagingFailed} where it takes longer, too; the signal's reason */
  async next(signal: AbortSignal, timeoutMs: number): Promise<FromWorker> {
    const late = setTimeout(() => this.fail('time'), timeoutMs);
    const look = () => this.#onNews();
    signal.addEventListener('abort', look);
    try {
      for (;;) {
        signal.throwIfAborted();
        const message = this.#messages.shift();
        if (message !== undefined) return message;
        if (this.#hasEnded) throw this.#failure ?? this.#endedBy();
        await new Promise<void>((resolve) => (this.#onNews = resolve));
      }
    } finally {
      clearTimeout(late);
      signal.removeEventListener('abort', look);
    }
  }

  /** Ends it because its job took too much. */
  fail(reason: FailureReason): void {
    this.#failure ??= this.#failureOf(reason);
    this.#child.kill('SIGKILL');
  }

  /** Ends it at once, whatever it does. */
  async kill(): Promise<void> {
    this.#hasEnded = true;
    this.#child.kill('SIGKILL');
    await this.#gone;
  }

  #take(message: FromWorker): void {
    this.#messages.push(message);
    this.#onNews();
  }

  #end(): void {
    clearInterval(this.#watch);
    this.#hasEnded = true;
    this.#onNews();
  }

  #endedBy(): Error {
    if (this.#notStarted !== null) return this.#notStarted;
    const isHeapFull = this.#stderr.includes('heap out of memory'); // V8 says so and ends.
    return this.#failureOf(isHeapFull ? 'memory' : 'crash');
  }

  #failureOf(reason: FailureReason): PackagingFailed {
    return new PackagingFailed(WORDS[reason], { reason, cause: new Error(this.#stderr) });
  }

  async #checkMemory(): Promise<void> {
    if ((await residentBytes(this.#child.pid)) > this.#limits.memoryMb * 1024 ** 2) this.fail('memory');
  }
}
