import { inOrder, keyOf, type LiveChange, type LiveIndex, type LiveStream } from './live.ts';
import { insert, pageIn, remove } from './ordered.ts';

interface Tables {
  byId: Map<string, LiveStream>;
  all: LiveStream[];
  byCid: Map<string, LiveStream[]>;
  byWallet: Map<string, LiveStream[]>;
}

/** The live index of one process, in its memory. */
export function createMemoryLive(): LiveIndex {
  let tables = tablesOf([]);
  const listeners: ((changed: LiveChange) => void)[] = [];
  const tell = (changed: LiveChange) => {
    for (const listener of listeners) listener(changed);
  };

  return {
    name: 'memory',
    byCid: async (cidKey, page) => pageIn(tables.byCid.get(cidKey), page),
    byWallet: async (wallet, page) => pageIn(tables.byWallet.get(wallet.toLowerCase()), page),
    all: async (page) => pageIn(tables.all, page),
    async advance({ put, remove }) {
      const before = [...remove, ...put].flatMap((id) => tables.byId.get(keyOf(id)) ?? []);
      for (const id of remove) removeFrom(tables, keyOf(id));
      for (const stream of put) putInto(tables, stream);
      tell([...before, ...put]);
    },
    async replaceAll(streams) {
      tables = tablesOf(streams);
      tell(null);
    },
    onChange: (listener) => void listeners.push(listener),
    ping: async () => {},
    close: async () => {},
  };
}

/** Put in at the end, in order: nothing is moved. */
function tablesOf(streams: readonly LiveStream[]): Tables {
  const tables: Tables = { byId: new Map(), all: [], byCid: new Map(), byWallet: new Map() };
  const byId = new Map(streams.map((stream) => [keyOf(stream), stream]));
  for (const stream of inOrder([...byId.values()])) putInto(tables, stream);
  return tables;
}

function putInto(tables: Tables, stream: LiveStream): void {
  const key = keyOf(stream);
  removeFrom(tables, key);
  const frozen = Object.freeze({ ...stream });
  tables.byId.set(key, frozen);
  for (const list of listsOf(tables, frozen)) insert(list, frozen);
}

function removeFrom(tables: Tables, key: string): void {
  const stream = tables.byId.get(key);
  if (!stream) return;
  tables.byId.delete(key);
  for (const list of listsOf(tables, stream)) remove(list, stream);
  // Names without streams go, or the index of a long-lived host would only grow.
  if (tables.byCid.get(stream.cidKey)?.length === 0) tables.byCid.delete(stream.cidKey);
  const wallet = stream.provider.toLowerCase();
  if (tables.byWallet.get(wallet)?.length === 0) tables.byWallet.delete(wallet);
}

function listsOf({ all, byCid, byWallet }: Tables, { cidKey, provider }: LiveStream): LiveStream[][] {
  return [all, listAt(byCid, cidKey), listAt(byWallet, provider.toLowerCase())];
}

function listAt(index: Map<string, LiveStream[]>, name: string): LiveStream[] {
  const list = index.get(name) ?? [];
  index.set(name, list);
  return list;
}
