import { isError } from 'ethers';
import { orAbort } from '../../lib/with-timeout.ts';
import { asSendingError, EthStorageError } from './errors.ts';
import type { OwnerKey, Prepare } from './ports.ts';

/** The directory's owner, as it sends for one task. */
export interface Sender {
  key: OwnerKey;
  signal: AbortSignal;
  /** How long one transaction may take, with the raising of its fee. */
  stallMs?: number | undefined;
}

const TRIES = 3;
const STALL_MS = 300_000;

/**
 * Sends one call of the directory's owner and resolves when it is mined.
 * @param prepare runs while nobody else uses the key; `null` sends nothing.
 * @returns whether it was sent.
 * @throws {EthStorageError}; the reason of `signal`, and then what is sent may still be mined.
 */
export async function sendOne(sender: Sender, purpose: string, prepare: Prepare): Promise<boolean> {
  const { key, signal, stallMs = STALL_MS } = sender;
  const stop = AbortSignal.any([signal, AbortSignal.timeout(stallMs)]);
  const unlessStopped: Prepare = (unmined, nonce) => {
    stop.throwIfAborted();
    return prepare(unmined, nonce);
  };
  try {
    return await orAbort(sendAndWait(key, purpose, unlessStopped), stop);
  } catch (cause) {
    signal.throwIfAborted();
    if (!stop.aborted) throw asSendingError(cause);
    const why = `nothing was mined for ${Math.round(stallMs / 1000)} s`;
    throw new EthStorageError('timeout', why, { cause });
  }
}

async function sendAndWait(key: OwnerKey, purpose: string, prepare: Prepare): Promise<boolean> {
  const sent = await sendUnlessOvertaken(key, purpose, prepare);
  if (sent === null) return false;
  const { status, hash } = await sent.mined();
  if (status === 1) return true;
  throw new EthStorageError('refused', `transaction ${hash} of the directory failed`);
}

/** Somebody who uses the same key beside this host may take the nonce in between: nothing was sent, so once more. */
async function sendUnlessOvertaken(key: OwnerKey, purpose: string, prepare: Prepare) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await key.send(purpose, prepare);
    } catch (error) {
      if (tries === TRIES || !isError(error, 'NONCE_EXPIRED')) throw error;
    }
  }
}
