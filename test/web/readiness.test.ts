import { expect } from 'chai';
import { type Readiness, readinessIn } from '../../web/src/api/readiness.ts';
import { startApi } from '../indexer/http/api.ts';

const UP = { state: 'up' };
const PARTS = { store: UP, live: UP, tallies: UP, storage: UP, chain: UP, indexer: UP };
const down = (reason: string) => ({ state: 'down', reason });
const behind = (reason: string) => ({ state: 'behind', reason });
const not = (title: string, why: string): Readiness => ({ ready: false, title, why });

describe('the line of the page', () => {
  it('is live where a host says that it is ready', async () => {
    const api = await startApi();
    try {
      const { status, body } = await api.get('/readyz');
      expect(readinessIn(status, body)).to.deep.equal({ ready: true });
    } finally {
      await api.stop();
    }
  });

  it('is live while a part is degraded: the host does its work', () => {
    const parts = { ...PARTS, live: { state: 'degraded', reason: 'Redis is away.' } };
    expect(readinessIn(200, { ready: true, parts })).to.deep.equal({ ready: true });
  });

  const cases: [what: string, parts: object, said: Readiness][] = [
    [
      'the chain is away, whatever else is',
      { chain: down('no answer'), indexer: behind('too far'), storage: down('gone') },
      not('Chain not reachable', 'no answer'),
    ],
    [
      'the records are behind',
      { indexer: behind('The records are 12 blocks behind the chain.') },
      not('Catching up', 'The records are 12 blocks behind the chain.'),
    ],
    ['a part is down', { storage: down('Kubo is away.') }, not('Not ready: storage', 'Kubo is away.')],
  ];
  for (const [what, parts, said] of cases) {
    it(`says in the host's own words that ${what}`, () => {
      expect(readinessIn(503, { ready: false, parts: { ...PARTS, ...parts } })).to.deep.equal(said);
    });
  }

  for (const [what, status, body] of [
    ['a 503 that is no answer of a host', 503, undefined],
    ['a 503 that calls itself ready', 503, { ready: true, parts: PARTS }],
    ['another answer', 200, { status: 'ok' }],
  ] as const) {
    it(`is not green on ${what}`, () => {
      expect(readinessIn(status, body)).to.include({ ready: false });
    });
  }
});
