import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { base32upper } from 'multiformats/bases/base32';
import { CID } from 'multiformats/cid';
import { type Child, said, startChild } from '../child.ts';

/** `.ci/build-kubo` makes one. A machine without a Kubo fails here, it does not skip. */
const BINARY = process.env.KUBO || 'ipfs';
const FROZEN_MS = 200;
const run = promisify(execFile);

/** A Kubo node of its own: offline, without peers and gateway, its RPC on a free port of 127.0.0.1 that it keeps. */
export class KuboProcess {
  readonly #repo: string;
  readonly #online: boolean;
  #process: Child | undefined;
  #port = 0;

  private constructor(repo: string, online: boolean) {
    this.#repo = repo;
    this.#online = online;
  }

  /**
   * @param settings further ones, as `ipfs config --json KEY VALUE` takes them.
   * @param online it would look for blocks in the network, though it knows nobody there.
   */
  static async start(settings: Record<string, unknown> = {}, { online = false } = {}): Promise<KuboProcess> {
    const node = new KuboProcess(await mkdtemp(join(tmpdir(), 'stream-host-kubo-')), online);
    try {
      await node.#init(settings);
      await node.start();
      return node;
    } catch (error) {
      await node.dispose();
      throw error;
    }
  }

  async #init(settings: Record<string, unknown>): Promise<void> {
    await this.ipfs('init', '--profile=test');
    const all = {
      'Addresses.Gateway': [],
      'AutoConf.Enabled': false,
      Bootstrap: [],
      'Datastore.BlockKeyCacheSize': 0, // tests delete blocks behind its back
      ...settings,
    };
    for (const [key, value] of Object.entries(all)) {
      await this.ipfs('config', '--json', key, JSON.stringify(value));
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Takes the blocks of an archive, and pins its roots. */
  async importCar(archive: Uint8Array): Promise<void> {
    const path = join(this.#repo, 'archive.car');
    await writeFile(path, archive);
    await this.ipfs('dag', 'import', path);
  }

  /** Of its own gateway, where the settings name an address for one. */
  async gatewayUrl(): Promise<string> {
    return (await readFile(join(this.#repo, 'gateway'), 'utf8')).trim();
  }

  /** Starts it again, after `kill`, at the same address. */
  async start(): Promise<void> {
    const args = this.#online ? ['daemon'] : ['daemon', '--offline'];
    this.#process = startChild([BINARY, ...args], this.#env);
    this.#port = await portOf(this.#process);
    await this.#keepPort();
  }

  /** In its file: asked by `ipfs config`, a node may want to know who asks. */
  async #keepPort(): Promise<void> {
    const path = join(this.#repo, 'config');
    const config = JSON.parse(await readFile(path, 'utf8'));
    config.Addresses.API = `/ip4/127.0.0.1/tcp/${this.#port}`;
    await writeFile(path, JSON.stringify(config));
  }

  /** What `ipfs ARGS` prints, by the node if it runs. */
  async ipfs(...args: string[]): Promise<string> {
    const { stdout } = await run(BINARY, args, { env: this.#env, maxBuffer: 1 << 24 });
    return stdout;
  }

  /** Writes what `ipfs ARGS` prints to a file, however much it is. */
  async ipfsTo(path: string, ...args: string[]): Promise<void> {
    const child = spawn(BINARY, args, { env: this.#env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    await pipeline(child.stdout, createWriteStream(path));
    const [code] = await ended;
    if (code !== 0) throw new Error(`ipfs ${args.join(' ')} ended with ${code}`);
  }

  /** Stops it where it stands, with its connections open; resolves when it answers nobody any more. */
  async freeze(): Promise<void> {
    this.#process?.process.kill('SIGSTOP');
    const ask = () =>
      fetch(`${this.url}/api/v0/version`, { method: 'POST', signal: AbortSignal.timeout(FROZEN_MS) });
    let answers = true;
    while (answers)
      answers = await ask().then(
        () => true,
        () => false,
      );
  }

  thaw(): void {
    this.#process?.process.kill('SIGCONT');
  }

  /** `kill -9`, without waiting for anything it does. */
  async kill(): Promise<void> {
    this.#process?.process.kill('SIGKILL');
    await this.#process?.gone;
  }

  async dispose(): Promise<void> {
    await this.kill();
    await rm(this.#repo, { recursive: true });
  }

  /** CIDs of all that it keeps. */
  async pins(): Promise<string[]> {
    return lines(await this.ipfs('pin', 'ls', '--type=recursive', '--quiet'));
  }

  /** CIDs of the blocks it has, as `bafkrei…` whatever they are. */
  async blocks(): Promise<string[]> {
    return lines(await this.ipfs('refs', 'local')).sort();
  }

  /** Forgets everything. */
  async empty(): Promise<void> {
    const pins = await this.pins();
    if (pins.length > 0) await this.ipfs('pin', 'rm', ...pins);
    await this.ipfs('repo', 'gc', '--quiet');
  }

  /** The file of a block: named by its multihash, in a folder named by the two letters before the last. */
  blockFile(cid: string): string {
    const name = base32upper.encode(CID.parse(cid).multihash.bytes).slice(1);
    return join(this.#repo, 'blocks', name.slice(-3, -1), `${name}.data`);
  }

  get #env() {
    return { ...process.env, IPFS_PATH: this.#repo, IPFS_TELEMETRY: 'off' };
  }
}

function portOf(child: Child): Promise<number> {
  return said(child, (output) => {
    const port = /RPC API server listening on \/ip4\/127\.0\.0\.1\/tcp\/(\d+)/.exec(output)?.[1];
    return /Daemon is ready/.test(output) && Number(port);
  });
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
