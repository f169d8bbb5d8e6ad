import { expect } from 'chai';
import { Found, Items } from '../../../indexer/media/iterables.ts';

/** Lists as they are told, and whether they were ended. */
function listsOf(...lists: string[][]) {
  const told = { isEnded: false, lists: generate() };
  async function* generate(): AsyncGenerator<string[], void> {
    try {
      yield* lists;
    } finally {
      told.isEnded = true;
    }
  }
  return told;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('Items', () => {
  it('are those of all lists in order', async () => {
    const { lists } = listsOf(['a', 'b'], [], ['c']);
    expect(await all(new Items(lists))).to.deep.equal(['a', 'b', 'c']);
  });

  it('leave in their list what nobody took, and end the lists', async () => {
    const list = ['a', 'b', 'c'];
    const told = listsOf(list, ['d']);
    for await (const item of new Items(told.lists)) if (item === 'b') break;
    expect(list).to.deep.equal(['c']);
    expect(told.isEnded).to.equal(true);
  });

  it('fail as their lists do', async () => {
    async function* failing(): AsyncGenerator<string[], void> {
      yield ['a'];
      throw new RangeError('no more');
    }
    const items = new Items(failing());
    expect(await items.next()).to.have.property('value', 'a');
    const error = await items.next().catch((reason) => reason);
    expect(error).to.be.instanceOf(RangeError);
    expect(await items.next()).to.deep.equal({ done: true, value: undefined });
  });
});

describe('Found', () => {
  it('looks once, when the first item is wanted', async () => {
    let looks = 0;
    const found = new Found(async () => {
      looks += 1;
      return listsOf(['a'], ['b']).lists;
    });
    expect(looks).to.equal(0);
    expect(await all(found)).to.deep.equal([['a'], ['b']]);
    expect(looks).to.equal(1);
  });

  it('ends what it found', async () => {
    const told = listsOf(['a'], ['b']);
    for await (const _ of new Found(async () => told.lists)) break;
    expect(told.isEnded).to.equal(true);
  });

  it('fails where nothing is found', async () => {
    const found = new Found<string>(async () => {
      throw new RangeError('nothing');
    });
    expect(await found.next().catch((reason) => reason)).to.be.instanceOf(RangeError);
  });
});
