/** Work under way, for whoever must not close before it has ended. */
export class TaskSet {
  readonly #tasks = new Set<Promise<unknown>>();

  /** @returns the same work, which counts as under way until it ends. */
  track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#tasks.delete(tracked));
    this.#tasks.add(tracked);
    return tracked;
  }

  /** Resolves when nothing is under way any more; what fails tells its own callers. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#tasks);
  }
}

/** Work that is done once for all who ask for it meanwhile. */
export class SingleFlight<T> {
  readonly #underWay = new Map<string, Promise<T>>();

  /** Begins the work, or joins that of the same key. */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const found = this.#underWay.get(key);
    if (found) return found;
    const begun = work().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, begun);
    return begun;
  }

  has(key: string): boolean {
    return this.#underWay.has(key);
  }

  /** Resolves when nothing is under way any more; what fails tells its own callers. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
  }
}
