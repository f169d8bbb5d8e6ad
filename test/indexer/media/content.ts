/** Made-up file content: every byte follows from its position, and no two chunks of 256 KiB are equal. */
export function byteAt(position: number): number {
  return (position * 31 + (position >> 8) * 7 + (position >> 18) * 13) & 255;
}

/** Within 256 positions from a multiple of 256 only the first term of a byte changes. */
const ROW = 256;
const STEPS = Buffer.from(Array.from({ length: 2 * ROW }, (_, step) => (step * 31) & 255));
/** Where the bytes of `STEPS` begin that are more by so much. */
const STEP_OF = Array.from({ length: ROW }, (_, more) => STEPS.indexOf(more));

/** `byteAt` for each position. Tests make gigabytes of them: row by row, since one by one takes seconds. */
export function bytesOf(offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let index = 0; index < length; ) {
    const within = (offset + index) % ROW;
    const first = (STEP_OF[byteAt(offset + index - within)] ?? 0) + within;
    index += STEPS.copy(bytes, index, first, first - within + ROW);
  }
  return bytes;
}

/** A file of `size` bytes in pieces as they come from a socket. */
export async function* file(size: number, pieceSize = 65_536): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < size; offset += pieceSize) {
    yield bytesOf(offset, Math.min(pieceSize, size - offset));
  }
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}

export const CHUNK = 262_144;

/**
 * What `ipfs add --cid-version=1` answers. The empty file and `hello` are published in Kubo's own tests, the rest
 * was made with the importer that Kubo uses (boxo 0.43: size splitter, raw leaves, balanced, 174 links) from
 * `file(size)`.
 */
export const KUBO_VECTORS: ReadonlyArray<{
  what: string;
  content: () => AsyncIterable<Uint8Array>;
  cid: string;
}> = [
  {
    what: 'an empty file',
    cid: 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku',
    content: () => file(0),
  },
  {
    what: 'hello',
    cid: 'bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am',
    content: () => text('hello\n'),
  },
  sized('one byte', 1, 'bafkreidogqfzz75tpkmjzjke425xqcrmpcib2p5tg44hnbirumdbpl5adu'),
  sized('a byte less than a chunk', CHUNK - 1, 'bafkreid45rceq2rkdjbkcgnhuxn6jj4gi3kplfu3fmkit6eujauukxcbqq'),
  sized('one chunk', CHUNK, 'bafkreietseox7mbu3i3vb7ros2unfux4aqryzvgytw7scpl5juzn65javy'),
  sized('a byte more than a chunk', CHUNK + 1, 'bafybeiftjlvgndy5qpfi3c5sqenecj6s3btv65ajymgcowlxddfihqbism'),
  sized('two chunks', 2 * CHUNK, 'bafybeibcbsrzmr4l45hva27w3zpehza6swupkjm6bp5lq366jsrhcahngm'),
  sized('a million bytes', 1_000_000, 'bafybeibkhec3ziyjohlb5hr3sbt2tlk3jasjudv6u65u3knrp6k2bz2x4i'),
  sized('174 chunks', 174 * CHUNK, 'bafybeic3eofoivwda4tsdlopyn73jzrmfkb2jn6tjbkkscgmu25ksogidi'),
  sized(
    '174 chunks and a byte',
    174 * CHUNK + 1,
    'bafybeicczfk4f5gw6uvkm6ximliabeodvnpqvegi7bfq5iwuajgs63wb2a',
  ),
  {
    what: '64 MiB of zeros',
    cid: 'bafybeibpxmdkdzzpscuubma2rys2qkjbn5brxel7kfc2zr652r2vi3crpq',
    content: () => zeros(64 * 1024 * 1024),
  },
];

/** Files of zeros whose sizes need more than 31 bits, as `ipfs add --cid-version=1` of Kubo 0.43 names them. */
export const LARGE_VECTORS: ReadonlyArray<{ what: string; sizeBytes: number; cid: string }> = [
  {
    what: '2 GiB of zeros',
    sizeBytes: 2 * 1024 ** 3,
    cid: 'bafybeictevcyldhgtvlw63j7fstsgxnasv2uvyy5rom3jm5a43euhuoy7e',
  },
  {
    what: '3 GiB of zeros and one more',
    sizeBytes: 3 * 1024 ** 3 + 1,
    cid: 'bafybeifgepd5axvsb7mpreuimt7446hwrnxnin5iniqdszafipxiplkzxa',
  },
  {
    what: '11 GiB of zeros',
    sizeBytes: 11 * 1024 ** 3,
    cid: 'bafybeid554o7cyutda7cirwcgvlyolc4f5csd4vdsulp3div623tuvmntu',
  },
];

function sized(what: string, size: number, cid: string) {
  return { what, cid, content: () => file(size) };
}

async function* text(content: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(content);
}

export async function* zeros(size: number): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(1_000_003);
  for (let left = size; left > 0; left -= piece.length) yield piece.subarray(0, left);
}
