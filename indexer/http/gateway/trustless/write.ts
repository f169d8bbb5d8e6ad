import type { CID } from 'multiformats/cid';

/** The header of an archive with one root: its length, and {"roots": [root], "version": 1} in DAG-CBOR. */
export function carHeader(root: CID): Uint8Array {
  const body = Buffer.concat([
    Buffer.from([0xa2, 0x65]),
    Buffer.from('roots'),
    Buffer.from([0x81, 0xd8, 0x2a, 0x58, root.bytes.length + 1, 0]),
    root.bytes,
    Buffer.from([0x67]),
    Buffer.from('version'),
    Buffer.from([1]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

/** What stands before a block: the length of both, and its CID. */
export function carSection(cid: CID, blockBytes: number): Uint8Array {
  return Buffer.concat([varint(cid.bytes.length + blockBytes), cid.bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
