/**
 * An iterable that is found only when its first item is wanted. Its answers are handed on as they are, where a generator
 * would make promises of its own for each item.
 */
export class Found<T> implements AsyncIterableIterator<T, void> {
  readonly #find: () => Promise<AsyncIterable<T, void>>;
  #iterator: AsyncIterator<T, void> | null = null;

  constructor(find: () => Promise<AsyncIterable<T, void>>) {
    this.#find = find;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, void>> {
    return this.#iterator ? this.#iterator.next() : this.#first();
  }

  async return(): Promise<IteratorResult<T, void>> {
    await this.#iterator?.return?.();
    return { done: true, value: undefined };
  }

  async #first(): Promise<IteratorResult<T, void>> {
    this.#iterator = (await this.#find())[Symbol.asyncIterator]();
    return await this.#iterator.next();
  }
}

/** The items of lists, one by one. Each is taken out of its list, which holds those that nobody took. */
export class Items<T> implements AsyncIterableIterator<T, void> {
  readonly #lists: AsyncGenerator<T[], void>;
  #list: T[] = [];

  constructor(lists: AsyncGenerator<T[], void>) {
    this.#lists = lists;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, void>> {
    const value = this.#list.shift();
    return value === undefined ? this.#ofNext() : Promise.resolve({ value });
  }

  async return(): Promise<IteratorResult<T, void>> {
    this.#list = [];
    await this.#lists.return();
    return { done: true, value: undefined };
  }

  async #ofNext(): Promise<IteratorResult<T, void>> {
    const next = await this.#lists.next();
    if (next.done === true) return next;
    this.#list = next.value;
    return await this.next();
  }
}
