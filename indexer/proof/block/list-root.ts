import { encodeRlp, getBytes, hexlify, keccak256, type RlpStructuredData, toBeArray } from 'ethers';

/** A value by what is left of its key, in hex digits. */
interface Entry {
  key: string;
  value: string;
}

/** The root of the trie of a list by which headers name their receipts: keys are the RLP of the index. */
export function listRoot(values: readonly Uint8Array[]): string {
  const entries = values.map((value, index) => ({
    key: encodeRlp(toBeArray(index)).slice(2),
    value: hexlify(value),
  }));
  return keccak256(encodeRlp(nodeOf(entries)));
}

/** No key begins with another one, so no branch holds a value. */
function nodeOf(entries: readonly Entry[]): RlpStructuredData {
  const [first, ...others] = entries;
  if (!first) return '0x';
  if (others.length === 0) return [compact(first.key, true), first.value];
  const shared = others.reduce((length, { key }) => sharedLength(first.key, key, length), first.key.length);
  if (shared > 0)
    return [
      compact(first.key.slice(0, shared), false),
      reference(nodeOf(entries.map((one) => cut(one, shared)))),
    ];
  const byDigit = Map.groupBy(entries, ({ key }) => Number.parseInt(key.charAt(0), 16));
  const children = Array.from({ length: 16 }, (_, digit) =>
    reference(nodeOf((byDigit.get(digit) ?? []).map((one) => cut(one, 1)))),
  );
  return [...children, '0x'];
}

function cut({ key, value }: Entry, length: number): Entry {
  return { key: key.slice(length), value };
}

function sharedLength(a: string, b: string, atMost: number): number {
  let length = 0;
  while (length < atMost && a[length] === b[length]) length += 1;
  return length;
}

/** Nodes of less than 32 bytes stand in the node above. */
function reference(node: RlpStructuredData): RlpStructuredData {
  const bytes = encodeRlp(node);
  return getBytes(bytes).length < 32 ? node : keccak256(bytes);
}

/** A path in bytes: the first digit says whether it ends at a value, and whether its length is odd (yellow paper, C). */
function compact(path: string, isLeaf: boolean): string {
  const flags = isLeaf ? 2 : 0;
  return path.length % 2 === 0 ? `0x${flags}0${path}` : `0x${flags + 1}${path}`;
}
