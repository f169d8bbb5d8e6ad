import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DeployError } from './context.ts';

const artifactSchema = z.object({
  abi: z.array(z.record(z.string(), z.unknown())),
  bytecode: z.string().startsWith('0x'),
});

export type Artifact = z.infer<typeof artifactSchema>;

/** What `hardhat build` made of contracts/<name>.sol. Throws DeployError where it has not run. */
export async function readArtifact(artifactsDir: string, name: string): Promise<Artifact> {
  const file = join(artifactsDir, 'contracts', `${name}.sol`, `${name}.json`);
  try {
    return artifactSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new DeployError(`${name} is not compiled: run \`npx hardhat build\` first.`, { cause });
  }
}
