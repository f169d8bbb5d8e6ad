import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { build } from 'vite';

const MAX_BYTES = 12_400;

describe('the client library', () => {
  it(`has at most ${MAX_BYTES} bytes of its own, compressed, and brings nothing but ethers along`, async () => {
    const built = await build({
      configFile: false,
      logLevel: 'error',
      build: {
        write: false,
        target: 'es2023',
        modulePreload: { polyfill: false },
        rolldownOptions: {
          input: 'client/index.ts',
          external: /^[^./]/,
          // What a program that uses all of it gets.
          preserveEntrySignatures: 'strict',
        },
      },
    });
    const [bundle] = [built].flat();
    const chunks = bundle && 'output' in bundle ? bundle.output.filter((each) => each.type === 'chunk') : [];
    expect(chunks).to.have.length(1);
    expect(chunks.flatMap(({ imports }) => imports)).to.deep.equal(['ethers']);
    const bytes = gzipSync(String(chunks[0]?.code), { level: 9 }).length;
    expect(bytes).to.be.within(1_000, MAX_BYTES);
  });
});
