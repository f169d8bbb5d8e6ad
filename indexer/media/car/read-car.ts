import { CID } from 'multiformats/cid';
import { BlockDamaged, verified } from '../unixfs/verify.ts';
import { ByteReader } from './byte-reader.ts';
import { BadArchive } from './errors.ts';

export interface CarBlock {
  cid: CID;
  block: Uint8Array;
}

/** A block that is larger goes over no IPFS network; beside it stands its CID. */
const MAX_SECTION_BYTES = 2 * 1024 ** 2 + 128;
const MAX_HEADER_BYTES = 65_536;
/** The end of a header in DAG-CBOR, whose keys are in order: "version", 1. */
const VERSION_1 = Buffer.from('gversion\x01');

/**
 * The blocks of a CAR (version 1), in its order, each checked against its CID. What roots it names does not matter here.
 * @throws {BadArchive}
 */
export async function* carBlocks(source: AsyncIterable<Uint8Array>): AsyncGenerator<CarBlock> {
  await using reader = new ByteReader(source);
  const header = await nextSection(reader, MAX_HEADER_BYTES);
  if (!header?.subarray(-VERSION_1.length).equals(VERSION_1)) {
    throw new BadArchive('The body is no CAR of version 1.');
  }
  for (;;) {
    const section = await nextSection(reader, MAX_SECTION_BYTES);
    if (section === null) return;
    yield blockOf(section);
  }
}

async function nextSection(reader: ByteReader, maxBytes: number): Promise<Buffer | null> {
  const length = await reader.varint();
  if (length === null) return null;
  if (length > maxBytes) throw new BadArchive(`The archive has a part of more than ${maxBytes} bytes.`);
  return await reader.take(length);
}

function blockOf(section: Uint8Array): CarBlock {
  try {
    const [cid, block] = CID.decodeFirst(section);
    return { cid, block: verified(cid, block) };
  } catch (cause) {
    const why = cause instanceof BlockDamaged ? `: ${cause.message}` : ' that begins with no CID';
    throw new BadArchive(`The archive has a wrong part${why}.`, { cause });
  }
}
