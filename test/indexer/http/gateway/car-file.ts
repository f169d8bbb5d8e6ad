import { hash } from 'node:crypto';
import { expect } from 'chai';
import { CID } from 'multiformats/cid';

/** Reads an archive, checks each block of it against its CID, and gives the CIDs. */
export function readCar(bytes: Buffer): { root: string; cids: string[] } {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  const header = bytes.subarray(0, varint() + at);
  expect(header.includes('version')).to.equal(true);
  const [root] = CID.decodeFirst(header.subarray(header.indexOf('roots') + 11));
  at = header.length;
  const cids: string[] = [];
  while (at < bytes.length) {
    const end = varint() + at;
    expect(end, 'the last section is whole').to.be.at.most(bytes.length);
    const [cid, block] = CID.decodeFirst(bytes.subarray(at, end));
    expect(hash('sha256', block, 'buffer').equals(cid.multihash.digest), cid.toString()).to.equal(true);
    cids.push(cid.toString());
    at = end;
  }
  return { root: root.toString(), cids };
}
