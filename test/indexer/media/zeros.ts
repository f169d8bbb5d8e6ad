import type { CID } from 'multiformats/cid';
import { cidOf } from '../../../indexer/media/unixfs/importer.ts';
import { CHUNK } from './content.ts';

/** The leaves of a file of zeros, without so many zeros. */
export async function* leavesOfZeros(sizeBytes: number) {
  const whole = { cid: await zerosCid(CHUNK), size: BigInt(CHUNK) };
  for (let left = sizeBytes; left > 0; left -= CHUNK) {
    yield left >= CHUNK ? whole : { cid: await zerosCid(left), size: BigInt(left) };
  }
}

function zerosCid(sizeBytes: number): Promise<CID> {
  return cidOf([Buffer.alloc(sizeBytes)]);
}
