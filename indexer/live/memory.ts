import { inOrder, keyOf, type LiveChange, type LiveIndex, type LiveStream } from './live.ts';

interface Tables {
  byId: Map<string, LiveStream>;
  byCid: Map<string, Set<string>>;
  byWallet: Map<string, Set<string>>;
}

/** The live index of one process, in its memory. */
export function createMemoryLive(): LiveIndex {
  let tables = emptyTables();
  const listeners: ((changed: LiveChange) => void)[] = [];
  const tell = (changed: LiveChange) => {
    for (const listener of listeners) listener(changed);
  };

  const listed = (ids: Iterable<string> = []): LiveStream[] =>
    inOrder([...ids].flatMap((id) => tables.byId.get(id) ?? []));

  return {
    name: 'memory',
    byCid: async (cidKey) => listed(tables.byCid.get(cidKey)),
    byWallet: async (wallet) => listed(tables.byWallet.get(wallet.toLowerCase())),
    all: async () => listed(tables.byId.keys()),
    async advance({ put, remove }) {
      const before = [...remove, ...put].flatMap((id) => tables.byId.get(keyOf(id)) ?? []);
      for (const id of remove) removeFrom(tables, keyOf(id));
      for (const stream of put) putInto(tables, stream);
      tell([...before, ...put]);
    },
    async replaceAll(streams) {
      const fresh = emptyTables();
      for (const stream of streams) putInto(fresh, stream);
      tables = fresh;
      tell(null);
    },
    onChange: (listener) => void listeners.push(listener),
    ping: async () => {},
    close: async () => {},
  };
}

function emptyTables(): Tables {
  return { byId: new Map(), byCid: new Map(), byWallet: new Map() };
}

function putInto(tables: Tables, stream: LiveStream): void {
  const key = keyOf(stream);
  removeFrom(tables, key);
  tables.byId.set(key, Object.freeze({ ...stream }));
  addTo(tables.byCid, stream.cidKey, key);
  addTo(tables.byWallet, stream.provider.toLowerCase(), key);
}

function removeFrom(tables: Tables, key: string): void {
  const stream = tables.byId.get(key);
  if (!stream) return;
  tables.byId.delete(key);
  dropFrom(tables.byCid, stream.cidKey, key);
  dropFrom(tables.byWallet, stream.provider.toLowerCase(), key);
}

function addTo(index: Map<string, Set<string>>, name: string, key: string): void {
  const keys = index.get(name);
  if (keys) keys.add(key);
  else index.set(name, new Set([key]));
}

/** Names without streams go, or the index of a long-lived host would only grow. */
function dropFrom(index: Map<string, Set<string>>, name: string, key: string): void {
  const keys = index.get(name);
  keys?.delete(key);
  if (keys?.size === 0) index.delete(name);
}
