import { expect } from 'chai';
import { node, runChild } from '../../../child.ts';

/** Runs a module in a process of its own. */
async function outputOf(source: string): Promise<string> {
  const { stdout } = await runChild(node('--input-type=module', '-e', source));
  return stdout.trim();
}

const LOOK = `
import { registerHooks } from 'node:module';
const seen = new Set();
registerHooks({
  resolve(specifier, context, next) {
    if (/^(ethstorage-sdk|js-kzg|ethers)$/.test(specifier)) seen.add(specifier);
    return next(specifier, context);
  },
});
await import('./indexer/compose/media.ts');
console.log([...seen].join());
`;

/** As on a machine that rust-kzg-node has no binary for. */
const WITHOUT_KZG = `
import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    if (/^(rust-kzg-node-|.\\/rust_kzg_node)/.test(specifier)) throw new Error('no such package');
    return next(specifier, context);
  },
});
const { creationCode } = await import('./indexer/media/ethstorage/sdk.ts');
const { BlobEncoding } = await import('./indexer/media/ethstorage/blobs.ts');
console.log((await creationCode(null)).length > 30_000);
await new BlobEncoding({}).hashes([new Uint8Array(5)]).catch((error) => console.log(error.message));
`;

describe("EthStorage's packages", () => {
  it('are not loaded by a host that stores nothing there', async () => {
    expect(await outputOf(LOOK)).to.equal('ethers');
  });

  it('do for calldata on a machine without their native part, which only blobs need', async () => {
    const [created, refusal] = (await outputOf(WITHOUT_KZG)).split('\n');
    expect(created).to.equal('true');
    expect(refusal).to.match(/^EthStorage: no blobs on this machine: rust-kzg-node has no binary for /);
  });
});
