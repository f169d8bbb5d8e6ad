import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

const LOOK = `
const { registerHooks } = await import('node:module');
const seen = [];
registerHooks({
  resolve(specifier, context, next) {
    if (/^(ethstorage-sdk|js-kzg|ethers)$/.test(specifier)) seen.push(specifier);
    return next(specifier, context);
  },
});
await import('./indexer/open-media.ts');
console.log([...new Set(seen)].join());
`;

describe('a host that stores nothing on EthStorage', () => {
  it('does not load its packages', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', LOOK]);
    expect(stdout.trim()).to.equal('ethers');
  });
});
