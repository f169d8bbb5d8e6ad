const decoder = new TextDecoder();

/** The links of a directory's block by their names: each the bytes of a CID. Of other blocks: none. */
export function linksIn(block: Uint8Array): Map<string, Uint8Array> {
  const links = new Map<string, Uint8Array>();
  for (const [field, link] of fieldsOf(block)) {
    if (field !== 2) continue;
    const parts = new Map(fieldsOf(link));
    const [hash, name] = [parts.get(1), parts.get(2)];
    if (hash && name) links.set(decoder.decode(name), hash);
  }
  return links;
}

/** Fields of a Protocol Buffers message that hold bytes, by number. Ends where it is something else. */
function* fieldsOf(message: Uint8Array): Generator<[field: number, value: Uint8Array]> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; at < message.length; shift *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
    return value;
  };
  while (at < message.length) {
    const tag = varint();
    const kind = tag & 7;
    const length = varint();
    if (kind === 0) continue;
    if (kind !== 2 || at + length > message.length) return;
    yield [tag >> 3, message.subarray(at, at + length)];
    at += length;
  }
}
