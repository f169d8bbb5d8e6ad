import { expect } from 'chai';
import { createStore, createStoredValue } from '../../web/src/lib/store.ts';

describe('a store', () => {
  it('tells its listeners of another value, and of the same one nothing', () => {
    const store = createStore(1);
    let calls = 0;
    const unsubscribe = store.subscribe(() => calls++);
    store.set(2);
    store.set(2);
    expect([store.get(), calls]).to.deep.equal([2, 1]);
    unsubscribe();
    store.set(3);
    expect(calls).to.equal(1);
  });
});

describe('a stored value', () => {
  let stored: Map<string, string>;
  let page: EventTarget;
  beforeEach(() => {
    stored = new Map();
    page = new EventTarget();
    Object.assign(globalThis, {
      localStorage: {
        getItem: (name: string) => stored.get(name) ?? null,
        setItem: (name: string, text: string) => stored.set(name, text),
      },
      addEventListener: page.addEventListener.bind(page),
      removeEventListener: page.removeEventListener.bind(page),
    });
  });
  afterEach(() => {
    for (const name of ['localStorage', 'addEventListener', 'removeEventListener'])
      Reflect.deleteProperty(globalThis, name);
  });

  it('is there after a reload', () => {
    createStoredValue<string[]>('names', []).set(['a']);
    expect(createStoredValue<string[]>('names', []).get()).to.deep.equal(['a']);
  });

  it('is the initial one where there is none, or none that can be read', () => {
    expect(createStoredValue('names', 'none').get()).to.equal('none');
    stored.set('names', 'signature');
    expect(createStoredValue('names', 'none').get()).to.equal('none');
  });

  it('is the same object until it changes', () => {
    const value = createStoredValue<string[]>('names', []);
    value.set(['a']);
    expect(value.get()).to.equal(value.get());
  });

  it('tells its listeners of a change in another tab, too', () => {
    const value = createStoredValue('count', 0);
    const seen: number[] = [];
    const unsubscribe = value.subscribe(() => seen.push(value.get()));
    value.set(1);
    stored.set('count', '2');
    page.dispatchEvent(new Event('storage'));
    unsubscribe();
    page.dispatchEvent(new Event('storage'));
    expect(seen).to.deep.equal([1, 2]);
  });
});
