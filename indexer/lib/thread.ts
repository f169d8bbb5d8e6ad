import { Worker } from 'node:worker_threads';

/** It makes next to nothing of its own: without these it keeps 6 MB more. */
const LIMITS = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16, stackSizeMb: 1 };

/** A thread that answers what it is asked, in the order in which that comes. It keeps no process from ending, unless somebody waits. */
export class Thread<Told, Answer> {
  readonly #worker: Worker;
  #isReady = false;
  readonly #waiting: ((answer: Answer | undefined) => void)[] = [];

  /** @param onExit when it is none any more. */
  constructor(entry: URL, onExit: () => void) {
    this.#worker = new Worker(entry, { resourceLimits: LIMITS });
    this.#worker.on('online', () => {
      this.#isReady = true;
    });
    this.#worker.on('message', (answer: Answer) => {
      this.#waiting.shift()?.(answer);
      if (this.#waiting.length === 0) this.#worker.unref();
    });
    this.#worker.on('error', () => undefined); // `exit` follows
    this.#worker.on('exit', () => {
      onExit();
      for (const resolve of this.#waiting.splice(0)) resolve(undefined);
    });
    this.#worker.unref();
  }

  /** What it is given before waits for it to start. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** It answers nothing to it. */
  tell(message: Told): void {
    this.#worker.postMessage(message);
  }

  /** `undefined` where it ends before. */
  ask(message: Told): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) this.#worker.ref();
      this.tell(message);
    });
  }
}
