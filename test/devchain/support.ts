import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Devnet, type DevnetOptions, startDevnet } from '../../devchain/devnet.ts';

/** A chain under test: its directory outlives `restart`, and everything goes at the end of the test. */
export interface TestChain {
  readonly dataDir: string;
  readonly journal: string;
  readonly devnet: Devnet;
  start(options?: Partial<DevnetOptions>): Promise<Devnet>;
  restart(options?: Partial<DevnetOptions>): Promise<Devnet>;
  rpc<T = string>(method: string, ...params: unknown[]): Promise<T>;
  /** The hashes of all blocks, first to newest. */
  hashes(): Promise<string[]>;
}

const cleanups: (() => Promise<void>)[] = [];

export async function newTestChain(): Promise<TestChain> {
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
  const chain: TestChain = {
    dataDir,
    journal: join(dataDir, 'devnet', 'journal'),
    get devnet() {
      return running();
    },
    start: async (options = {}) => {
      devnet = await startDevnet({ dataDir, port: 0, ...options });
      return devnet;
    },
    restart: async (options) => {
      await running().stop();
      return await chain.start(options);
    },
    rpc: async <T>(method: string, ...params: unknown[]) =>
      (await running().provider.request({ method, params })) as T,
    hashes: async () => {
      const newest = Number(await chain.rpc('eth_blockNumber'));
      const blocks = Array.from({ length: newest + 1 }, (_, number) =>
        chain.rpc<{ hash: string }>('eth_getBlockByNumber', `0x${number.toString(16)}`, false),
      );
      return (await Promise.all(blocks)).map(({ hash }) => hash);
    },
  };
  return chain;
}

/** Stops and removes every chain of the test that just ended. */
export async function removeTestChains(): Promise<void> {
  for (const cleanup of cleanups.splice(0)) await cleanup();
}

/** The error a promise rejects with; fails where it resolves. */
export async function rejection(
  promise: Promise<unknown>,
): Promise<Error & { code?: number; data?: unknown }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`rejected with ${String(error)}, not an Error`);
  }
  throw new Error('resolved, where a rejection was expected');
}

export const ONE_ETHER = '0xde0b6b3a7640000';
