interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Without Web Locks: within this program. */
const tails = new Map<string, Promise<unknown>>();

/** Runs one work of a name at a time: in a browser over all its tabs. */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { navigator } = globalThis as unknown as { navigator?: { locks?: Locks } };
  if (navigator?.locks) return await navigator.locks.request(`stream-host ${name}`, work);
  const before = tails.get(name) ?? Promise.resolve();
  const mine = before.then(work, work);
  tails.set(name, mine);
  try {
    return await mine;
  } finally {
    if (tails.get(name) === mine) tails.delete(name);
  }
}
