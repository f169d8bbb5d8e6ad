import { useSyncExternalStore } from 'react';
import { parseJson } from './json.ts';

/** A value outside of any view, which views follow. */
export interface Store<T> {
  get(): T;
  set(next: T): void;
  /** @returns what ends it. */
  subscribe(listener: () => void): () => void;
}

export function createStore<T>(initial: T): Store<T> {
  const { notify, subscribe } = createListeners();
  let value = initial;
  return {
    subscribe,
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      notify();
    },
  };
}

/** A store in this browser, as JSON under `name`: it outlives a reload, and other tabs have it too. */
export function createStoredValue<T>(name: string, initial: T): Store<T> {
  const { notify, subscribe } = createListeners();
  // The same text gives the same object: React compares by identity.
  let cache: { text: string | null; value: T } = { text: null, value: initial };
  return {
    get() {
      const text = localStorage.getItem(name);
      if (text !== cache.text) cache = { text, value: (parseJson(text ?? '') ?? initial) as T };
      return cache.value;
    },
    set(next) {
      localStorage.setItem(name, JSON.stringify(next));
      notify();
    },
    subscribe(listener) {
      const unsubscribe = subscribe(listener);
      addEventListener('storage', listener);
      return () => {
        unsubscribe();
        removeEventListener('storage', listener);
      };
    },
  };
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

function createListeners() {
  const listeners = new Set<() => void>();
  return {
    notify() {
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
