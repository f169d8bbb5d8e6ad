/** Where a client keeps keys and vouchers. What `set` has answered for is kept: money depends on it. */
export interface ClientStorage {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<void>;
  remove(key: string): Promise<void>;
}

/** For tests, and for programs that end when they are done: what it holds ends with it, keys of deposits too. */
export function memoryStorage(entries: Map<string, string> = new Map()): ClientStorage {
  return {
    get: async (key) => entries.get(key) ?? null,
    set: async (key, value) => void entries.set(key, value),
    remove: async (key) => void entries.delete(key),
  };
}

/** As much of IndexedDB as is used here: the project's other rooms know no browser. */
interface Request<T> {
  result: T;
  error: unknown;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}
interface Transaction {
  objectStore(name: string): {
    get(key: string): Request<unknown>;
    put(value: string, key: string): Request<unknown>;
    delete(key: string): Request<unknown>;
  };
  error: unknown;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
}
interface Database {
  createObjectStore(name: string): unknown;
  transaction(name: string, mode: string, options: { durability: 'strict' }): Transaction;
}
interface Factory {
  open(name: string, version: number): Request<Database> & { onupgradeneeded: (() => void) | null };
}

const STORE = 'entries';

/** In a browser: kept until the person clears the site's data. */
export function browserStorage(name = 'stream-host'): ClientStorage {
  const { indexedDB } = globalThis as unknown as { indexedDB: Factory };
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
  const opened = answered(request);
  const write = async (change: (store: ReturnType<Transaction['objectStore']>) => void) => {
    // Strict: on the disk when it is answered.
    const transaction = (await opened).transaction(STORE, 'readwrite', { durability: 'strict' });
    change(transaction.objectStore(STORE));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  };
  return {
    async get(key) {
      const transaction = (await opened).transaction(STORE, 'readonly', { durability: 'strict' });
      const value = await answered(transaction.objectStore(STORE).get(key));
      return typeof value === 'string' ? value : null;
    },
    set: (key, value) => write((store) => void store.put(value, key)),
    remove: (key) => write((store) => void store.delete(key)),
  };
}

function answered<T>(request: Request<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
