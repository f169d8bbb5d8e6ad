import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Devnet, type DevnetOptions, startDevnet } from '../../devchain/devnet.ts';

export type TestChain = Awaited<ReturnType<typeof newTestChain>>;

const cleanups: (() => Promise<void>)[] = [];

/** A chain under test: its directory outlives `restart`, and everything goes at the end of the test. */
export async function newTestChain() {
  const dataDir = await mkdtemp(join(tmpdir(), 'stream-host-devnet-'));
  let devnet: Devnet | undefined;
  cleanups.push(async () => {
    await devnet?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  const running = () => {
    if (devnet === undefined) throw new Error('The chain is not started');
    return devnet;
  };
  async function start(options: Partial<DevnetOptions> = {}): Promise<Devnet> {
    devnet = await startDevnet({ dataDir, port: 0, ...options });
    return devnet;
  }
  const rpc = async <T = string>(method: string, ...params: unknown[]) =>
    (await running().provider.request({ method, params })) as T;
  return {
    dataDir,
    journal: join(dataDir, 'devnet', 'journal'),
    get devnet() {
      return running();
    },
    start,
    async restart(options?: Partial<DevnetOptions>) {
      await running().stop();
      return await start(options);
    },
    rpc,
    /** The hashes of all blocks, first to newest. */
    async hashes() {
      const newest = Number(await rpc('eth_blockNumber'));
      const blocks = Array.from({ length: newest + 1 }, (_, number) =>
        rpc<{ hash: string }>('eth_getBlockByNumber', `0x${number.toString(16)}`, false),
      );
      return (await Promise.all(blocks)).map(({ hash }) => hash);
    },
  };
}

/** Stops and removes every chain of the test that just ended. */
export async function removeTestChains(): Promise<void> {
  for (const cleanup of cleanups.splice(0)) await cleanup();
}

export const ONE_ETHER = '0xde0b6b3a7640000';
