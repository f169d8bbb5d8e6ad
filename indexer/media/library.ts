import { setImmediate } from 'node:timers/promises';
import { Found } from './iterables.ts';
import { type MediaLedger, NO_LEDGER } from './ledger.ts';
import type { AddedMedia, AddOptions, ByteRange, MediaKind, MediaStat, MediaStorage } from './storage.ts';
import { tee } from './tee.ts';

/** Where an upload can go, as clients name it. */
export const STORAGE_NAMES = ['ipfs', 'ethstorage'] as const;
export type StorageName = (typeof STORAGE_NAMES)[number];

export interface MediaLibraryOptions {
  readonly ipfs: MediaStorage;
  /** `null` where this host does not offer it. */
  readonly ethstorage: MediaStorage | null;
  /** Where uploads go that name no storage. */
  readonly default: StorageName;
}

/** All media of this host: it is read from whichever back end has it, and removed from all. Directories go to IPFS. */
export interface MediaLibrary extends MediaLibraryOptions, MediaStorage {
  /**
   * @param options `into`: resolves to the back end to use, at the latest before `source` ends; without it the
   *   default. Until it is known the file goes to both, and stays in the one named.
   */
  add(
    source: AsyncIterable<Uint8Array>,
    options?: AddOptions & { into?: Promise<StorageName | undefined> },
  ): Promise<AddedMedia>;
}

/** @param ledger is told of all that is added here, and not of what is added to a back end. */
export function createMediaLibrary(
  options: MediaLibraryOptions,
  ledger: MediaLedger = NO_LEDGER,
): MediaLibrary {
  const { ipfs, ethstorage } = options;
  const backEnds = ethstorage ? [ipfs, ethstorage] : [ipfs];

  async function holderOf(cid: string): Promise<{ holder: MediaStorage; stat: MediaStat } | null> {
    for (const holder of backEnds) {
      const stat = await holder.stat(cid);
      if (stat) return { holder, stat };
    }
    return null;
  }

  return {
    name: backEnds.map(({ name }) => name).join('+'),
    ...options,
    add: (source, { into, ...rest } = {}) =>
      noted(ledger, 'file', rest, async (noting) => {
        if (ethstorage === null) return await ipfs.add(source, noting);
        const both = { ipfs, ethstorage };
        if (into === undefined) return await both[options.default].add(source, noting);
        const wanted = into.then((name) => name ?? options.default);
        const known = await Promise.race([wanted, setImmediate(undefined)]);
        if (known !== undefined) return await both[known].add(source, noting);
        return await addToBoth(both, source, wanted, noting);
      }),
    addDirectory: (entries, rest = {}) =>
      noted(ledger, 'directory', rest, (noting) => ipfs.addDirectory(entries, noting)),
    stat: async (cid) => (await holderOf(cid))?.stat ?? null,
    find: async (cid, path) => (await holderOf(cid))?.holder.find(cid, path) ?? null,
    // What was found below a directory is no root that either would know.
    list: (cid) => ipfs.list(cid),
    read: (cid: string, range: ByteRange) =>
      new Found(async () => {
        const onChain = ethstorage && !(await ipfs.stat(cid)) && (await ethstorage.stat(cid));
        return (onChain ? ethstorage : ipfs).read(cid, range);
      }),
    // On a chain there are no blocks; a root there is found by `stat`.
    block: (cid) => ipfs.block(cid),
    async rootsOf(cid) {
      const roots = await Promise.all(backEnds.map((backEnd) => backEnd.rootsOf(cid)));
      return [...new Set(roots.flat())];
    },
    async remove(cid) {
      await ledger.forget(cid);
      for (const backEnd of backEnds) await backEnd.remove(cid);
    },
    async ping() {
      await Promise.all(backEnds.map((backEnd) => backEnd.ping()));
    },
    async close() {
      await Promise.all(backEnds.map((backEnd) => backEnd.close()));
    },
  };
}

/** Has what is added noted, as the last thing before it is kept. */
async function noted(
  ledger: MediaLedger,
  kind: MediaKind,
  options: AddOptions,
  add: (options: AddOptions) => Promise<AddedMedia>,
): Promise<AddedMedia> {
  let cid: string | undefined;
  const beforeKept = async (media: AddedMedia) => {
    await options.beforeKept?.(media);
    await ledger.note(media, kind);
    cid = media.cid;
  };
  try {
    const media = await add({ ...options, beforeKept });
    // Another upload of the same, which failed meanwhile, may have had it forgotten.
    await ledger.note(media, kind);
    return media;
  } finally {
    if (cid !== undefined) ledger.look(cid);
  }
}

/** Which one the file belongs to, the form may say after the file: what is given up leaves nothing behind. */
async function addToBoth(
  both: Record<StorageName, MediaStorage>,
  source: AsyncIterable<Uint8Array>,
  into: Promise<StorageName>,
  { signal, onProgress, beforeKept }: AddOptions,
): Promise<AddedMedia> {
  const [forIpfs, forEthStorage] = tee(source);
  const begin = (name: StorageName, pieces: AsyncIterable<Uint8Array>, options: AddOptions) => {
    const giveUp = new AbortController();
    const stop = signal ? AbortSignal.any([signal, giveUp.signal]) : giveUp.signal;
    const added = both[name].add(pieces, {
      ...options,
      signal: stop,
      async beforeKept(media) {
        if ((await into) !== name) throw elsewhere();
        await beforeKept?.(media);
      },
    });
    added.catch(() => undefined); // the one that counts is awaited below
    return { added, giveUp: () => giveUp.abort(elsewhere()) };
  };
  const adding = {
    ipfs: begin('ipfs', forIpfs, onProgress ? { onProgress } : {}),
    ethstorage: begin('ethstorage', forEthStorage, {}),
  };
  try {
    const name = await Promise.race([into, failureOf(adding.ipfs.added)]);
    adding[name === 'ipfs' ? 'ethstorage' : 'ipfs'].giveUp();
    return await adding[name].added;
  } finally {
    for (const { giveUp } of Object.values(adding)) giveUp();
    await Promise.allSettled(Object.values(adding).map(({ added }) => added));
  }
}

function elsewhere(): Error {
  return new Error('the file goes to another storage');
}

/** Rejects when the promise does, and never resolves. */
function failureOf(promise: Promise<unknown>): Promise<never> {
  return promise.then(() => new Promise<never>(() => undefined));
}
