import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getAddress } from 'ethers';
import { z } from 'zod';
import { errorWith, isCode } from '../lib/errors.ts';

/** One contract at its place: what deploy writes, and what host, scripts and page read. */
export const deploymentSchema = z.object({
  contract: z.string(),
  /** Checksummed. */
  address: z.string().transform((text) => getAddress(text)),
  /** The block it was deployed in: nothing of it is older. */
  blockNumber: z.int(),
  /** Not known where another contract created it. */
  txHash: z.string().optional(),
  /** keccak256 of the creation code with its arguments: tells whether the source has changed since. */
  initCodeHash: z.string(),
  args: z.array(z.union([z.string(), z.number(), z.boolean()])),
  chainId: z.int(),
  abi: z.array(z.record(z.string(), z.unknown())),
});

export type Deployment = z.infer<typeof deploymentSchema>;

/** A file under deployments/ that is not what deploy writes. */
export class UnreadableDeployments extends errorWith<{ file: string }>(
  ({ file }) => `${file} does not list deployments: restore it, or delete it and deploy anew.`,
) {}

/** A folder lists the contract's first version, which this program does not read. */
export class FirstVersionListed extends errorWith<{ dirs: readonly string[]; address: string }>(
  ({ dirs, address }) =>
    `${address} is the contract's first version: delete its entry in ${dirs.join(' or ')}, or on the development chain all of DATA_DIR, to start anew.`,
) {}

/** The deployments of one file, oldest first; none where there is no file. Throws UnreadableDeployments. */
export async function readDeployments(file: string): Promise<Deployment[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
  try {
    return z.array(deploymentSchema).parse(JSON.parse(text));
  } catch (cause) {
    throw new UnreadableDeployments({ file, cause });
  }
}

/**
 * Every deployment of StreamHost on a chain that the folders list, in the order listed, so the newest last.
 * The host indexes all of them and writes to the last. An address listed twice counts once, as listed last.
 * Throws UnreadableDeployments, FirstVersionListed.
 */
export async function deploymentsFor(on: {
  chainId: number;
  dirs: readonly string[];
}): Promise<Deployment[]> {
  const { chainId, dirs } = on;
  const files = (await Promise.all(dirs.map(jsonFiles))).flat();
  const listed = (await Promise.all(files.map(readDeployments))).flat();
  const ofChain = listed.filter((one) => one.chainId === chainId && one.contract === 'StreamHost');
  const first = ofChain.find(isFirstVersion);
  if (first) throw new FirstVersionListed({ dirs, address: first.address });
  return ofChain.filter(
    (one, index) => ofChain.findLastIndex(({ address }) => address === one.address) === index,
  );
}

/** Its prices were for a view or a minute, by a flag in the event. */
function isFirstVersion({ abi }: Deployment): boolean {
  const published = abi.find(({ type, name }) => type === 'event' && name === 'ContentPublished');
  const inputs = z.array(z.object({ type: z.string() })).safeParse(published?.inputs);
  return inputs.data?.some(({ type }) => type === 'bool') ?? false;
}

async function jsonFiles(dir: string): Promise<string[]> {
  try {
    const names = await readdir(dir);
    return names
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(dir, name));
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    if (isCode(error, 'ENOTDIR')) throw new UnreadableDeployments({ file: dir, cause: error });
    throw error;
  }
}
