import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { build } from 'vite';
import { codeBlocks } from '../e2e/code-blocks.ts';

const MAX_BYTES = 13_000;
const ALL = 'all-entries';

describe('the client library', () => {
  it(`has at most ${MAX_BYTES} bytes of its own, compressed, and brings nothing but ethers along`, async () => {
    const built = await build({
      configFile: false,
      logLevel: 'error',
      // What a program that uses all of it gets.
      plugins: [
        {
          name: ALL,
          resolveId: (name) => (name === ALL ? `\0${ALL}` : null),
          load: (id) =>
            id === `\0${ALL}`
              ? "export * from '/client/index.ts'; export * from '/client/hls/player.ts';"
              : null,
        },
      ],
      build: {
        write: false,
        target: 'es2023',
        modulePreload: { polyfill: false },
        rolldownOptions: { input: ALL, external: /^[a-z]+$/, preserveEntrySignatures: 'strict' },
      },
    });
    const [bundle] = [built].flat();
    const chunks = bundle && 'output' in bundle ? bundle.output.filter((each) => each.type === 'chunk') : [];
    expect(chunks).to.have.length(1);
    expect(chunks.flatMap(({ imports }) => imports)).to.deep.equal(['ethers']);
    expect(chunks[0]?.exports).to.include.members(['openChannel', 'player']);
    const bytes = gzipSync(String(chunks[0]?.code), { level: 9 }).length;
    expect(bytes).to.be.within(1_000, MAX_BYTES);
  });

  it('shows in its README what the documentation does, as whoever has installed it writes it', () => {
    const [, buy, inPage] = codeBlocks('docs/client.md', 'Try it');
    const shown = [buy, inPage].map((block) =>
      block?.code.replace('./client/index.ts', '@stream-host/client'),
    );
    expect(codeBlocks('client/README.md', 'Buy a key').map(({ code }) => code)).to.deep.equal(shown);
  });
});
