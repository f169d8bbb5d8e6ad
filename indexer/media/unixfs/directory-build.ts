import * as dagPb from '@ipld/dag-pb';
import { UnixFS } from 'ipfs-unixfs';
import type { CID } from 'multiformats/cid';
import { InvalidPath } from '../storage.ts';
import { FANOUT, HAMT_HASH_CODE, hamtDigits, hamtPrefix } from './hamt.ts';
import { cidOfNode } from './verify.ts';

/** Kubo's `Import.UnixFSHAMTDirectorySizeThreshold`: a directory whose names and CIDs are longer is sharded. */
const MAX_FLAT_BYTES = 262_144;

/** What a directory names. */
export interface DirectoryChild {
  cid: CID;
  /** Of all blocks below it. */
  dagBytes: number;
}

type Put = (cid: CID, block: Uint8Array) => void;

interface Folder {
  entries: Map<string, Folder | Slot>;
}

interface Slot {
  file?: DirectoryChild;
}

/** Makes the nodes of a directory as `ipfs add -r --cid-version=1` does. */
export class DirectoryBuilder {
  readonly #root: Folder = { entries: new Map() };

  /**
   * Takes the place for a file, before the file is known.
   * @returns what puts the file there
   * @throws {InvalidPath}
   */
  place(path: string): (file: DirectoryChild) => void {
    const names = path.split('/');
    const last = names.pop() ?? '';
    const folder = this.#folderAt(names, path);
    checkName(last, path);
    if (folder.entries.has(last)) throw new InvalidPath(`two entries stand at ${path}`, { path });
    const slot: Slot = {};
    folder.entries.set(last, slot);
    return (file) => {
      slot.file = file;
    };
  }

  /** A directory, which may stay empty. @throws {InvalidPath} */
  placeDirectory(path: string): void {
    this.#folderAt(path.split('/'), path);
  }

  /** @param put takes each node, the root last */
  build(put: Put): DirectoryChild {
    return folderNode(this.#root, put);
  }

  #folderAt(names: readonly string[], path: string): Folder {
    return names.reduce((folder, name) => folderIn(folder, name, path), this.#root);
  }
}

function folderIn({ entries }: Folder, name: string, path: string): Folder {
  checkName(name, path);
  const there = entries.get(name);
  if (there === undefined) {
    const made: Folder = { entries: new Map() };
    entries.set(name, made);
    return made;
  }
  if (!('entries' in there)) throw new InvalidPath(`${path} lies below a file`, { path });
  return there;
}

function checkName(name: string, path: string): void {
  const isWrong = name === '' || name === '.' || name === '..' || name.includes('\0') || !name.isWellFormed();
  if (isWrong) throw new InvalidPath(`${JSON.stringify(path)} is no path in a directory`, { path });
}

interface Link extends DirectoryChild {
  name: string;
}

function folderNode({ entries }: Folder, put: Put): DirectoryChild {
  const links = [...entries].map(([name, entry]): Link => {
    const child = 'entries' in entry ? folderNode(entry, put) : entry.file;
    if (!child) throw new TypeError(`no file was put at ${name}`);
    return { name, ...child };
  });
  const bytes = links.reduce((sum, { name, cid }) => sum + Buffer.byteLength(name) + cid.byteLength, 0);
  if (bytes > MAX_FLAT_BYTES) {
    return shardNode(
      links.map((link) => ({ link, digits: hamtDigits(link.name) })),
      0,
      put,
    );
  }
  return node(new UnixFS({ type: 'directory' }), links, put);
}

interface Hashed {
  link: Link;
  digits: Uint8Array;
}

/** A node of the hash tree over the links whose first digits lead to it. */
function shardNode(hashed: readonly Hashed[], depth: number, put: Put): DirectoryChild {
  const slots = Map.groupBy(hashed, ({ digits }) => digits[depth] ?? 0);
  const links = [...slots].map(([slot, there]): Link => {
    const [only, ...more] = there;
    if (only && more.length === 0) return { ...only.link, name: hamtPrefix(slot) + only.link.name };
    return { ...shardNode(there, depth + 1, put), name: hamtPrefix(slot) };
  });
  const unixfs = new UnixFS({
    type: 'hamt-sharded-directory',
    data: bitField(slots.keys()),
    fanout: BigInt(FANOUT),
    hashType: BigInt(HAMT_HASH_CODE),
  });
  return node(unixfs, links, put);
}

/** Which slots are taken: the lowest is the last bit. Zeros in front are left out. */
function bitField(slots: Iterable<number>): Uint8Array {
  const field = new Uint8Array(FANOUT / 8);
  for (const slot of slots) {
    const at = field.length - 1 - (slot >> 3);
    field[at] = (field[at] ?? 0) | (1 << (slot & 7));
  }
  return field.subarray(field.findIndex((byte) => byte !== 0));
}

function node(unixfs: UnixFS, links: readonly Link[], put: Put): DirectoryChild {
  const block = dagPb.encode(
    dagPb.prepare({
      Data: unixfs.marshal(),
      Links: links.map(({ name, cid, dagBytes }) => ({ Name: name, Tsize: dagBytes, Hash: cid })),
    }),
  );
  const cid = cidOfNode(block);
  put(cid, block);
  return { cid, dagBytes: links.reduce((sum, { dagBytes }) => sum + dagBytes, block.length) };
}
