import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { createArrivals } from '../../../indexer/http/server/arrivals.ts';
import { SERVER_LIMITS } from '../../../indexer/http/server/limits.ts';
import { listen } from '../../../indexer/http/server/listen.ts';

const CLIENTS = 10;
/** Whatever else the machine does. */
const LONG_MS = 60_000;
const MANY = 1_000;

/** So many connect at once, and ask twice each. @returns whose requests were answered, in turn */
async function answeredInTurn(gatherMs: number): Promise<string[]> {
  const answered: string[] = [];
  const server = await listen(
    (req, res) => {
      answered.push(req.url ?? '');
      res.end();
    },
    { host: '127.0.0.1', port: 0 },
    { gatherMs },
  );
  const agent = new Agent({ keepAlive: true });
  const ask = async (path: string) => {
    const [res] = await once(get(`${server.url}${path}`, { agent }), 'response');
    await once(res.resume(), 'end');
  };
  const clients = Array.from({ length: CLIENTS }, async (_, nth) => {
    await ask(`/${nth}`);
    await ask(`/${nth}`);
  });
  await Promise.all(clients);
  agent.destroy();
  await server.close();
  return answered;
}

describe('listen(), while many connect:', () => {
  it('nobody is answered twice before all were answered once', async () => {
    const answered = await answeredInTurn(LONG_MS);
    expect(new Set(answered.slice(0, CLIENTS))).to.have.lengthOf(CLIENTS);
  });

  it('no request waits longer than it may', async () => {
    expect(SERVER_LIMITS.gatherMs).to.be.below(50);
    const answered = await answeredInTurn(0);
    expect(new Set(answered.slice(0, CLIENTS)).size).to.be.below(CLIENTS);
  });
});

describe('createArrivals()', () => {
  it('begins at once where no connection comes in', () => {
    let begun = 0;
    createArrivals(LONG_MS, MANY).answer({ destroyed: false }, () => {
      begun += 1;
    });
    expect(begun).to.equal(1);
  });

  it('begins in the order in which they came, without those who left meanwhile', async () => {
    const arrivals = createArrivals(LONG_MS, MANY);
    const begun: string[] = [];
    const gone = { destroyed: false };
    arrivals.came();
    arrivals.answer({ destroyed: false }, () => begun.push('first'));
    arrivals.answer(gone, () => begun.push('gone'));
    await nextTurn();
    arrivals.came();
    arrivals.answer({ destroyed: false }, () => begun.push('second'));
    expect(begun).to.deep.equal([]);
    gone.destroyed = true;
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    expect(begun).to.deep.equal(['first', 'second']);
  });

  it('begins so many in a turn, and who has waited longest first', async () => {
    const arrivals = createArrivals(LONG_MS, 2);
    const begun: number[] = [];
    const ask = (nth: number) => arrivals.answer({ destroyed: false }, () => begun.push(nth));
    for (let nth = 0; nth < 5; nth += 1) ask(nth);
    expect(begun).to.deep.equal([0, 1]);
    await nextTurn();
    ask(5);
    await nextTurn();
    expect(begun).to.deep.equal([0, 1, 2, 3]);
    await nextTurn();
    expect(begun).to.deep.equal([0, 1, 2, 3, 4, 5]);
    await nextTurn();
    ask(6);
    expect(begun.at(-1)).to.equal(6);
  });

  it('lets each do what it can do at once before the next begins', async () => {
    const arrivals = createArrivals(LONG_MS, 2);
    const done: string[] = [];
    const ask = (name: string) =>
      arrivals.answer({ destroyed: false }, async () => {
        done.push(`${name} begins`);
        for (let step = 0; step < 3; step += 1) await undefined;
        done.push(`${name} ends`);
      });
    for (const name of ['first', 'second', 'third', 'fourth']) ask(name);
    await nextTurn();
    await nextTurn();
    const waited = done.filter((text) => /third|fourth/.test(text));
    expect(waited).to.deep.equal(['third begins', 'third ends', 'fourth begins', 'fourth ends']);
  });
});
