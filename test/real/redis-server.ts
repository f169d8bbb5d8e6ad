import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type Child, said, startChild } from '../child.ts';

export type RedisServer = Awaited<ReturnType<typeof startRedis>>;

/** A real Redis in a process and a folder of its own, on a free port that it keeps when it is started again. */
export async function startRedis(options: string[] = []) {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  let child = await spawnRedis(port, folder, options);

  /** Gone at once, as by `kill -9`; what it held is lost. */
  async function kill(): Promise<void> {
    child.process.kill('SIGKILL');
    await child.gone;
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    /** Asks it past the host. */
    async ask<T>(question: (client: Redis) => Promise<T>): Promise<T> {
      const client = new Redis(port, '127.0.0.1');
      try {
        return await question(client);
      } finally {
        client.disconnect();
      }
    },
    /** It takes connections and answers nothing, until `thaw`. */
    freeze: () => void child.process.kill('SIGSTOP'),
    thaw: () => void child.process.kill('SIGCONT'),
    kill,
    async start(): Promise<void> {
      child = await spawnRedis(port, folder, options);
    },
    /** The end of it and of its folder. */
    async close(): Promise<void> {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function spawnRedis(port: number, folder: string, options: string[]): Promise<Child> {
  const child = startChild([
    ...['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
    ...['--save', '', '--appendonly', 'no', ...options],
  ]);
  child.process.once('error', () => console.error('Install the Debian package redis-server.'));
  await said(child, (output) => output.includes('Ready to accept connections'));
  return child;
}

/** Nodes of a cluster talk at a port that is this much above their own. */
const TO_BUS_PORT = 10_000;

async function freePort(): Promise<number> {
  const port = await listenOnce(0);
  const bus = port === null ? 0 : port + TO_BUS_PORT;
  if (port !== null && bus < 65_536 && (await listenOnce(bus)) !== null) return port;
  return await freePort();
}

/** @returns the port, free again; `null` where it is taken. */
async function listenOnce(wanted: number): Promise<number | null> {
  const holder = createServer();
  try {
    holder.listen(wanted, '127.0.0.1');
    await once(holder, 'listening');
  } catch {
    return null;
  }
  const { port } = holder.address() as AddressInfo;
  holder.close();
  await once(holder, 'close');
  return port;
}
