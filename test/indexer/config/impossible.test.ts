import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigError, readConfig } from '../../../indexer/config/config.ts';

const ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';
const BARE = '70997970C51812dc3A010C7d01b50e0d17dc79C8';
const FILE = import.meta.filename;

describe('configuration that can never work', () => {
  const linesFor = (env: Record<string, string>) => {
    try {
      readConfig(env);
    } catch (error) {
      if (error instanceof ConfigError) return [...error.problems];
      throw error;
    }
    return [];
  };

  const wrong: [key: string, value: string][] = [
    ['RELAY_ALLOWLIST', BARE],
    ['RELAY_ALLOWLIST', `0x${BARE},XE7338O073KYGTWWZN0F2WZ0R8PX5ZPPZS`],
    ['CONTRACT_ADDRESS', BARE],
    ['CONTRACT_ADDRESS', `0x${'0'.repeat(40)}`],
    ['ETHSTORAGE_DIRECTORY', BARE],
    ['CORS_ORIGINS', 'https://*.example.com'],
    ['CORS_ORIGINS', 'ftp://example.com'],
    ['PRIVATEKEY', '0'.repeat(64)],
    ['PRIVATEKEY', `0x${ORDER}`],
    ['PRIVATEKEY', 'f'.repeat(64)],
    ['DATA_DIR', FILE],
    ['DATA_DIR', join(FILE, 'below')],
    ['DEPLOYMENTS_DIR', FILE],
    ['HOST', 'http://127.0.0.1'],
    ['HOST', '127.0.0.1/8'],
    ['CLAIM_MIN', `0x${BARE}`],
    ['CLAIM_MIN', `0x${BARE}=-1`],
    ['CLAIM_MIN', `0x${BARE}=1=2`],
    ['CLAIM_MIN', `0x${'0'.repeat(40)}=1`],
    ['CLAIM_GAS_FACTOR', 'much'],
  ];
  for (const [key, value] of wrong) {
    it(`is told in one line: ${key}=${value.replace(FILE, 'a-file')}`, () => {
      const lines = linesFor({ [key]: value });
      expect(lines).to.have.length(1);
      expect(lines[0]).to.match(new RegExp(`^${key}: must be [^\\n]+$`));
      expect(lines[0]).to.not.contain(value);
    });
  }

  it('is told with all the others', () => {
    const all = linesFor({
      PRIVATEKEY: '0'.repeat(64),
      DATA_DIR: FILE,
      CORS_ORIGINS: 'https://*.a.example',
      PORT: 'x',
    });
    expect(all.map((line) => line.split(':')[0])).to.have.members([
      'PRIVATEKEY',
      'DATA_DIR',
      'CORS_ORIGINS',
      'PORT',
    ]);
  });

  it('is not what can work', () => {
    const works = {
      RELAY_ALLOWLIST: `0x${BARE},0x${BARE.toLowerCase()}`,
      CORS_ORIGINS: '*',
      PRIVATEKEY: ORDER.replace(/41$/, '40'),
      DATA_DIR: join(import.meta.dirname, 'not there', 'yet'),
      DEPLOYMENTS_DIR: import.meta.dirname,
      HOST: '::1',
    };
    expect(linesFor(works)).to.deep.equal([]);
    expect(linesFor({ HOST: 'fe80::1%eth0' })).to.deep.equal([]);
  });
});
