import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getAddress, getCreateAddress, isAddress } from 'ethers';
import { z } from 'zod';
import { crashPoint } from '../../lib/crash-point.ts';
import { replaceFile } from '../../lib/durable-file.ts';
import { isCode } from '../../lib/errors.ts';
import { pollUntil } from '../../lib/poll-until.ts';
import { orAbort } from '../../lib/with-timeout.ts';
import type { Rpc } from '../../rpc/rpc.ts';
import { Directory, type Mode } from './directory.ts';
import { EthStorageError } from './errors.ts';
import type { OwnerKey, Prepare } from './ports.ts';
import { creationCode, ethStorageContract } from './sdk.ts';
import { sendOne } from './sending.ts';

/** The chain that files go to, and who pays. */
export interface LocatorOptions {
  chainId: number;
  /** Owns the directory and pays. */
  key: OwnerKey;
  chain: Rpc;
  /** A node of EthStorage, which reads blobs; by default the chain, which is enough for calldata. */
  contents?: Rpc | undefined;
  /** The directory to use; by default the one that this host created, or creates with its first file. */
  directory?: string | undefined;
  /** How far one node of the chain may be behind another: what is mined is waited for this long to show. */
  lagMs?: number;
  log: (message: string) => void;
}

/** A directory that our key may write to. */
export interface OwnDirectory {
  directory: Directory;
  mode: Mode;
}

const directoryRecord = z.object({ address: z.string().refine(isAddress), nonce: z.int().nonnegative() });
type DirectoryRecord = z.infer<typeof directoryRecord>;

export const LAG_MS = 10_000;
const PURPOSE = 'ethstorage.directory';
const POLL_MS = 100;

/**
 * The one directory of this host on this chain. Its address follows from key and nonce, so it is written down before
 * the transaction goes out; after that only the chain says whether it exists. Whatever happens in between, a crash or
 * an answer that got lost, the next look finds it.
 */
export class DirectoryLocator {
  readonly #options: LocatorOptions;
  readonly #folder: string;
  readonly #signal: AbortSignal;
  #creating: Promise<OwnDirectory> | undefined;

  /**
   * @param folder where the directory's address is remembered; made when missing.
   * @param signal ends what is under way when the storage closes.
   */
  constructor(options: LocatorOptions, folder: string, signal: AbortSignal) {
    this.#options = options;
    this.#folder = folder;
    this.#signal = signal;
  }

  /** Finds it, or creates it. @throws {EthStorageError} */
  async obtain(signal: AbortSignal): Promise<OwnDirectory> {
    const found = await this.find(signal);
    if (found) return found;
    this.#creating ??= this.#create(this.#signal).finally(() => {
      this.#creating = undefined;
    });
    return await orAbort(this.#creating, signal);
  }

  /** `null` before the first upload. @throws {EthStorageError} when the one configured is not usable. */
  async find(signal?: AbortSignal): Promise<OwnDirectory | null> {
    const { chainId, key, directory: configured, chain, contents } = this.#options;
    const address = configured ?? (await this.#remembered())?.address;
    if (address === undefined) return null;
    const directory = new Directory(getAddress(address), chain, contents);
    const facts = await directory.facts(signal);
    if (facts?.owner === key.address) return { directory, mode: facts.mode };
    if (configured === undefined) return null;
    throw new EthStorageError(
      'directory',
      facts
        ? `ETHSTORAGE_DIRECTORY ${address} belongs to ${facts.owner}, PRIVATEKEY to ${key.address}`
        : `ETHSTORAGE_DIRECTORY ${address} is no FlatDirectory on chain ${chainId}`,
    );
  }

  async #create(signal: AbortSignal): Promise<OwnDirectory> {
    const { key, chainId, chain, log } = this.#options;
    const data = await creationCode(await ethStorageContract(chainId, chain));
    const unlessThere: Prepare = async (unmined, nonce) => {
      const isUnderWay = unmined.some(({ purpose }) => purpose === PURPOSE);
      if (isUnderWay || (await this.#findPatiently(nonce, signal))) return null;
      await this.#remember({ address: getCreateAddress({ from: key.address, nonce }), nonce });
      crashPoint('ethstorage.remembered');
      return { to: null, data };
    };
    // More than one look where another process creates it, or the node lags.
    return await pollUntil(
      async () => {
        const sent = await sendOne({ key, signal }, PURPOSE, unlessThere);
        const own = await this.find(signal);
        if (own && sent)
          log(`EthStorage: created the directory ${own.directory.address} on chain ${chainId}`);
        return own;
      },
      { everyMs: POLL_MS, signal },
    );
  }

  /** Where the nonce of the creation is used, the directory is likely there, and a node may just not know it yet. */
  async #findPatiently(nonce: number, signal: AbortSignal): Promise<OwnDirectory | null> {
    const sentBefore = ((await this.#remembered())?.nonce ?? nonce) < nonce;
    const { lagMs = LAG_MS } = this.#options;
    const timeoutMs = sentBefore ? lagMs : 0;
    return await pollUntil(() => this.find(signal), { everyMs: POLL_MS, timeoutMs, signal });
  }

  async #remembered(): Promise<DirectoryRecord | null> {
    try {
      return directoryRecord.parse(JSON.parse(await readFile(this.#file(), 'utf8')));
    } catch (error) {
      if (isCode(error, 'ENOENT') || error instanceof SyntaxError || error instanceof z.ZodError) return null;
      throw error;
    }
  }

  /** On the disk when it resolves: the transaction that follows can't be taken back. */
  async #remember(created: DirectoryRecord): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await replaceFile(this.#file(), JSON.stringify(created));
  }

  #file(): string {
    return join(this.#folder, `directory-${this.#options.key.address.toLowerCase()}.json`);
  }
}
