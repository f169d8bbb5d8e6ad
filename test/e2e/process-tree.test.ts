import { expect } from 'chai';
import { LINKS, npmStart, type ProcessTree } from './process-tree.ts';

const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGKILL'] as const;
/** FULL=1 tries each signal on each process. */
const CASES =
  process.env.FULL === '1'
    ? LINKS.flatMap((link) => SIGNALS.map((signal) => [link, signal] as const))
    : ([
        ['npm', 'SIGTERM'],
        ['launcher', 'SIGKILL'],
      ] as const);

describe('npm start, when one process of its tree is ended', () => {
  let tree: ProcessTree;
  beforeEach(async () => {
    tree = await npmStart();
  });
  afterEach(() => tree.close());

  for (const [link, signal] of CASES) {
    it(`${signal} of ${link}: all of them end within 3 s and their ports are free`, async () => {
      process.kill(tree.pids[link], signal);
      expect(await tree.left()).to.deep.equal([]);
    });
  }
});
