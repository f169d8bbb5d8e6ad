import { errorWith } from '../lib/errors.ts';

/** Sealed under another key, or not as it was sealed. */
export class SecretDamaged extends errorWith<{ of: string; kid: string }>(
  ({ of, kid }) => `The secret of ${of}, sealed under the key ${kid}, does not open.`,
) {}

/** The book holds secrets that this host's key does not open. */
export class KeysSecretWrong extends errorWith<{ kids: readonly string[]; file: string }>(
  ({ kids, file }) =>
    `The book holds secrets of protected videos that were sealed under another key (${kids.join(', ')}) than this host has: set KEYS_SECRET to that key, or put the file ${file} back that held it; to change the key, name that one in KEYS_SECRET_OLD. Without it nobody opens these videos again.`,
) {}

/** The file is there, and is no key. */
export class KeysSecretUnreadable extends errorWith<{ file: string }>(
  ({ file }) =>
    `${file} does not hold 64 hex digits: put back the file that this host made, or set KEYS_SECRET.`,
) {}
