/**
 * Hands every piece of one source to two readers, at the pace of the slower. A reader that returns is waited for no
 * longer; when both have, the source is let go.
 */
export function tee(
  source: AsyncIterable<Uint8Array>,
): [AsyncIterable<Uint8Array>, AsyncIterable<Uint8Array>] {
  const pieces = source[Symbol.asyncIterator]();
  const reading = new Set([0, 1]);
  const waiting = new Map<number, PromiseWithResolvers<IteratorResult<Uint8Array>>>();
  let pulling = false;

  async function pull(): Promise<void> {
    if (pulling || reading.size === 0 || waiting.size < reading.size) return;
    pulling = true;
    const [piece] = await Promise.allSettled([pieces.next()]);
    pulling = false;
    const served = [...waiting.values()];
    waiting.clear();
    for (const { resolve, reject } of served) {
      if (piece.status === 'fulfilled') resolve(piece.value);
      else reject(piece.reason);
    }
  }

  function next(reader: number): Promise<IteratorResult<Uint8Array>> {
    const piece = Promise.withResolvers<IteratorResult<Uint8Array>>();
    waiting.set(reader, piece);
    void pull();
    return piece.promise;
  }

  async function leave(reader: number): Promise<IteratorResult<Uint8Array>> {
    reading.delete(reader);
    waiting.get(reader)?.resolve(END);
    waiting.delete(reader);
    if (reading.size > 0) void pull();
    else await pieces.return?.();
    return END;
  }

  const readerOf = (reader: number) => ({
    [Symbol.asyncIterator]: () => ({ next: () => next(reader), return: () => leave(reader) }),
  });
  return [readerOf(0), readerOf(1)];
}

const END: IteratorResult<Uint8Array> = { done: true, value: undefined };
