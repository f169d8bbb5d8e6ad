import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DEVNET_CHAIN_ID, publicTestAccounts, type TestAccount } from './accounts.ts';
import { createClock } from './clock.ts';
import { createEngine } from './engine.ts';
import { createChain, newGenesis } from './genesis.ts';
import { openJournal } from './journal/journal.ts';
import { lockDirectory } from './journal/lock.ts';
import { replay } from './journal/replay.ts';
import { createWritingPages, type WritingPages } from './server/pages.ts';
import type { RpcProvider } from './server/rpc.ts';
import { listenRpc } from './server/rpc-server.ts';
import { WriteQueue } from './write-queue.ts';

export interface DevnetOptions {
  /** The host's data directory; the chain lives in its folder `devnet`. */
  readonly dataDir: string;
  /** Where wallets reach it; 127.0.0.1 by default. */
  readonly host?: string;
  /** 8545 by default; 0 takes any free port. */
  readonly port?: number;
  /** Pages that may write over HTTP; none by default but extensions of the browser. */
  readonly pages?: Pick<WritingPages, 'include'>;
  readonly log?: (message: string) => void;
  /** The wall clock in seconds. */
  readonly nowSec?: () => number;
}

export interface Devnet {
  readonly url: string;
  readonly port: number;
  readonly chainId: number;
  /** Funded accounts with public test keys. */
  readonly accounts: readonly TestAccount[];
  /** The same without HTTP, for this process's own parts. */
  readonly provider: RpcProvider;
  /** Calls back after each write, by HTTP too, that changed the newest block. */
  onBlock(listener: () => void): void;
  /** Accounts whose code, nonce and storage nobody sets by hand from now on. */
  protect(addresses: readonly string[]): void;
  /** How many recorded calls the start carried out again. */
  readonly replayedCalls: number;
  /** Answers what is under way, then lets go of port, files and lock. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts the development chain where it stopped. Throws DevnetLocked, PortTaken, JournalCorrupted or
 * JournalMismatch, each with a message for the person at the keyboard, and then leaves nothing running.
 */
export async function startDevnet(options: DevnetOptions): Promise<Devnet> {
  const { host = '127.0.0.1', port = 8545, log = () => {}, nowSec = wallClockSec } = options;
  const { pages = createWritingPages([]) } = options;
  const directory = join(options.dataDir, 'devnet');
  await mkdir(directory, { recursive: true });
  await using stack = new AsyncDisposableStack();

  const lock = lockDirectory(directory);
  stack.defer(() => lock.release());

  const ready = Promise.withResolvers<RpcProvider>();
  ready.promise.catch(() => undefined);
  const server = await listenRpc(host, port, ready.promise, pages);
  stack.defer(() => server.close());

  const { queue, replayedCalls } = await openChain(directory, stack, nowSec, log);
  ready.resolve(queue);

  const running = stack.move();
  return {
    url: `http://${host}:${server.port}`,
    port: server.port,
    chainId: DEVNET_CHAIN_ID,
    accounts: publicTestAccounts(),
    provider: queue,
    onBlock: (listener) => queue.onBlock(listener),
    protect: (addresses) => queue.protect(addresses),
    replayedCalls,
    stop: () => running.disposeAsync(),
  };
}

async function openChain(
  directory: string,
  stack: AsyncDisposableStack,
  nowSec: () => number,
  log: (message: string) => void,
): Promise<{ queue: WriteQueue; replayedCalls: number }> {
  const journal = await openJournal(
    join(directory, 'journal'),
    () => newGenesis(nowSec()),
    () => log('The last journal entry was torn by a crash before its call was answered: dropped it.'),
  );
  stack.defer(() => journal.close());

  const chain = await createChain(journal.genesis);
  stack.defer(() => chain.close());

  const engine = await createEngine(chain, createClock(journal.genesis.startSec));
  const begunMs = performance.now();
  const replayedCalls = await replay(journal, engine);
  const tookSec = ((performance.now() - begunMs) / 1000).toFixed(1);
  log(
    `The development chain goes on from block ${engine.head.number} (${replayedCalls} calls in ${tookSec} s)`,
  );
  await engine.alignPending(nowSec());

  const queue = new WriteQueue(chain, engine, journal, nowSec);
  stack.defer(() => queue.close());
  return { queue, replayedCalls };
}

function wallClockSec(): number {
  return Math.floor(Date.now() / 1000);
}
