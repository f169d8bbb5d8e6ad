import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SolidityHooks } from 'hardhat/types/hooks';
import { getCompiler } from './compiler.ts';
import { eventDecoders } from './event-decoders.ts';

const ARTIFACT = join('contracts', 'StreamHost.sol', 'StreamHost.json');
const OUTPUT = join('types', 'stream-host-events.ts');

/** After each build, also one that finds all compiled: the decoders stand beside the types of the contracts. */
export default async (): Promise<Partial<SolidityHooks>> => ({
  getCompiler,
  async processArtifactsAfterSuccessfulBuild({ config }, artifactPaths) {
    const path = artifactPaths.find((each) => each.endsWith(ARTIFACT));
    // A build of some files alone.
    if (path === undefined) return;
    const { abi } = JSON.parse(await readFile(path, 'utf8'));
    const [output, text] = [join(config.paths.root, OUTPUT), eventDecoders(abi)];
    // What reads it while it is written again would read half of it.
    if ((await readFile(output, 'utf8').catch(() => null)) !== text) await writeFile(output, text);
  },
});
