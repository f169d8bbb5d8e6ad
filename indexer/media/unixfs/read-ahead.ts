/** Blocks that are read before their reader asks for them, in all readers together. */
const MAX_AHEAD = 32;

/**
 * The slots for blocks read ahead of their readers. One reader has a few, enough to keep the disk busy; many slow ones
 * must not fill the memory, so that those which find no slot read block by block.
 */
class ReadAhead {
  #free = MAX_AHEAD;

  take(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  giveBack(slots: number): void {
    this.#free += slots;
  }
}

const slots = new ReadAhead();

/**
 * Yields what `tasks` resolve to, in order. Up to `max` are begun before their turn: at first none, since many readers
 * want the first bytes alone, and then one more for each that was taken.
 * @param tasks each begins its work when it is called.
 */
export async function* readAhead<T>(tasks: AsyncIterable<() => Promise<T>>, max: number): AsyncGenerator<T> {
  const begun: Promise<T>[] = [];
  const next = () => {
    slots.giveBack(1);
    return begun.shift() as Promise<T>;
  };
  let allowed = 0;
  try {
    for await (const task of tasks) {
      if (allowed > 0 && slots.take()) {
        const work = task();
        work.catch(() => undefined); // seen when its turn comes, or nobody reads on
        begun.push(work);
        if (begun.length <= allowed) continue;
        yield await next();
      } else {
        while (begun.length > 0) yield await next();
        yield await task();
      }
      if (allowed < max) allowed += 1;
    }
    while (begun.length > 0) yield await next();
  } finally {
    slots.giveBack(begun.length);
  }
}
