/**
 * A map for what can be made anew: once it is full it is emptied. To forget the oldest alone would make room one by one,
 * and cost a walk over the gaps that the others left.
 */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #max: number;

  constructor(max: number) {
    super();
    this.#max = max;
  }

  override set(key: K, value: V): this {
    if (this.size >= this.#max && !this.has(key)) this.clear();
    return super.set(key, value);
  }
}
