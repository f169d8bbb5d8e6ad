import { randomBytes, randomUUID } from 'node:crypto';
import { link, open, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../lib/durable-file.ts';
import { isCode } from '../lib/errors.ts';
import type { Packagings } from '../store/book.ts';
import { KeysSecretUnreadable, KeysSecretWrong } from './errors.ts';
import { contentSecretOf, uploadSecretOf } from './names.ts';
import { type SealingKey, sealingKey } from './seal.ts';

const KEY_BYTES = 32;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface KeysSecretOptions {
  /** As configured, 64 hex digits; undefined: the one in the file, which is made where there is none. */
  configured: string | undefined;
  /** For its owner alone. */
  file: string;
  /** The key before it, in hex as well: what is sealed under that one is sealed anew. */
  former?: string | undefined;
  book: Pick<Packagings, 'sealedUnder' | 'resealSecrets'>;
}

/**
 * The key of this host, which opens every secret that the book holds.
 * @throws {KeysSecretWrong}, {KeysSecretUnreadable}, {SecretDamaged}
 */
export async function openKeysSecret(options: KeysSecretOptions): Promise<SealingKey> {
  const { configured, former, file, book } = options;
  const kids = await book.sealedUnder();
  const known = configured ?? (await readKey(file));
  // A new key opens nothing of old.
  if (known === null && kids.length > 0) throw new KeysSecretWrong({ kids, file });
  const key = sealingKey(Buffer.from(known ?? (await makeKey(file)), 'hex'));
  await removeUnfinished(file);
  if (former !== undefined) await reseal(book, sealingKey(Buffer.from(former, 'hex')), key);
  const others = (await book.sealedUnder()).filter((kid) => kid !== key.kid);
  if (others.length > 0) throw new KeysSecretWrong({ kids: others, file });
  return key;
}

async function reseal(book: KeysSecretOptions['book'], former: SealingKey, key: SealingKey): Promise<void> {
  if (former.kid === key.kid) return;
  await book.resealSecrets(former.kid, (secret, of) => {
    const name = 'upload' in of ? uploadSecretOf(of.upload) : contentSecretOf(of.cidKey, of.owner);
    return key.seal(former.open(secret, name), name);
  });
}

async function readKey(file: string): Promise<string | null> {
  try {
    const text = (await readFile(file, 'utf8')).trim();
    if (!/^[0-9a-f]{64}$/i.test(text)) throw new KeysSecretUnreadable({ file });
    return text;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** On the disk before anything is sealed under it; of several processes that make one, the first has made it for all. */
async function makeKey(file: string): Promise<string> {
  const own = `${file}.${randomUUID()}`;
  const handle = await open(own, 'wx', 0o600);
  try {
    await handle.writeFile(`${randomBytes(KEY_BYTES).toString('hex')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(own, file);
  } catch (error) {
    // ENOENT: another process has made it, and removed ours.
    if (!isCode(error, 'EEXIST') && !isCode(error, 'ENOENT')) throw error;
  } finally {
    await rm(own, { force: true });
  }
  await syncFolder(dirname(file));
  const made = await readKey(file);
  if (made === null) throw new KeysSecretUnreadable({ file });
  return made;
}

/** A start that was killed may have left its key under another name. To be called where there is one. */
async function removeUnfinished(file: string): Promise<void> {
  for (const name of await readdir(dirname(file))) {
    const isOwn = name.startsWith(`${basename(file)}.`) && UUID.test(name.slice(basename(file).length + 1));
    if (isOwn) await rm(join(dirname(file), name), { force: true });
  }
}
