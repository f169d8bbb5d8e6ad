import { expect } from 'chai';
import { ConfigError, readConfig } from '../../../indexer/config/config.ts';

const REMOTE = { ETH_RPC_URL: 'https://rpc.example' };
const KEY = { PRIVATEKEY: '11'.repeat(32) };
const problemsOf = (env: Record<string, string>) => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('STORAGE', () => {
  const choices: [what: string, env: Record<string, string>, byDefault: string, ethstorage: boolean][] = [
    ['unset on the embedded chain: both, IPFS by default', {}, 'ipfs', true],
    ['unset elsewhere: IPFS alone', { ...REMOTE, ...KEY }, 'ipfs', false],
    ['ethstorage: both, EthStorage by default', { STORAGE: 'ethstorage' }, 'ethstorage', true],
    ['both: the first is the default', { ...REMOTE, ...KEY, STORAGE: 'ipfs, ethstorage' }, 'ipfs', true],
    ['ipfs: IPFS alone', { STORAGE: 'ipfs' }, 'ipfs', false],
  ];
  for (const [what, env, defaultStorage, offersEthStorage] of choices) {
    it(what, () => {
      expect(readConfig(env)).to.include({ defaultStorage, offersEthStorage });
    });
  }

  it('and what belongs to it is refused with every wrong key at once', () => {
    const wrong = {
      STORAGE: 's3',
      ETHSTORAGE_RPC_URL: 'localhost',
      ETHSTORAGE_DIRECTORY: '0x1234',
      ETHSTORAGE_MAX_BYTES: 'much',
    };
    expect(problemsOf(wrong)).to.deep.equal([
      'STORAGE: must be ipfs, ethstorage or both',
      'ETHSTORAGE_RPC_URL: must be an http(s) URL',
      'ETHSTORAGE_DIRECTORY: must be an address (0x…) with a right checksum',
      'ETHSTORAGE_MAX_BYTES: must be a number of bytes',
    ]);
  });

  it('with ethstorage needs the key that pays, on a chain that costs', () => {
    const without = { ...REMOTE, STORAGE: 'ethstorage' };
    expect(problemsOf(without)).to.deep.equal([
      'PRIVATEKEY: is the key that pays for files on EthStorage (STORAGE): set it',
    ]);
    expect(problemsOf({ ...without, ...KEY })).to.deep.equal([]);
  });
});
