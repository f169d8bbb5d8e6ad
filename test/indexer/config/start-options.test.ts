import { expect } from 'chai';
import { readConfig, startOptions } from '../../../indexer/config/config.ts';

const REMOTE = { ETH_RPC_URL: 'https://rpc.example.org', STORAGE: 'ipfs' };
const PUBLIC_URL = 'https://host.example.org';

describe('startOptions()', () => {
  for (const [where, env] of [
    ['on the development chain', {}],
    ['on another chain, at an address for all', { ...REMOTE, PUBLIC_URL }],
  ] as const)
    it(`--take-over is taken ${where}`, () => {
      expect(startOptions(['--take-over'], readConfig(env))).to.deep.equal({ takesOver: true });
    });

  it('--take-over is refused on another chain without PUBLIC_URL, and only that', () => {
    const config = readConfig(REMOTE);
    expect(() => startOptions(['--take-over'], config)).to.throw(
      '--take-over: moves all streams to PUBLIC_URL',
    );
    expect(startOptions([], config)).to.deep.equal({ takesOver: false });
  });
});
