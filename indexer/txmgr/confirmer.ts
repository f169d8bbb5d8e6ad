import { setTimeout as delay } from 'node:timers/promises';
import type { TransactionReceipt } from 'ethers';
import type { BaseLogger } from 'pino';
import { Mutex } from '../lib/keyed-mutex.ts';
import { SingleFlight } from '../lib/tasks.ts';
import type { SentTransaction } from '../store/store.ts';
import { Replaced, type SentCall } from './confirmation.ts';
import type { OperatorKey } from './tx-manager.ts';

/** Sees what the operator's key has sent through to its block, also when nobody waits for it any more. */
export interface Pursuit {
  /**
   * Resolves when a version of the call is mined. However many ask, one of them looks.
   * @throws {Replaced}; an AbortError once the host stops
   */
  mined(sent: SentCall): Promise<TransactionReceipt>;
  /** Sends what was recorded and never sent, and takes up what nobody here waits for. */
  takeUp(): Promise<void>;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

const TRY_AGAIN_MS = 2_000;

/** @param signal ends it; what is sent stays recorded for the next start. */
export function createPursuit({
  operator,
  purpose,
  signal,
  log,
}: {
  operator: OperatorKey;
  /** Under which the key is asked what is left. */
  purpose: string;
  signal: AbortSignal;
  log: Pick<BaseLogger, 'info' | 'warn'>;
}): Pursuit {
  const pursued = new SingleFlight<TransactionReceipt>();
  const takingUp = new Mutex();

  function mined(sent: SentCall): Promise<TransactionReceipt> {
    const receipt = pursued.run(sent.hash, () => untilMined(sent));
    receipt.catch(() => undefined);
    return receipt;
  }

  /** A node that does not answer for a while is asked again. */
  async function untilMined(sent: SentCall): Promise<TransactionReceipt> {
    for (;;) {
      try {
        return await sent.mined();
      } catch (error) {
        if (error instanceof Replaced || signal.aborted) throw error;
        log.warn({ err: error, tx: sent.hash }, 'looking for a transaction failed, trying again');
        await delay(TRY_AGAIN_MS, undefined, { signal });
      }
    }
  }

  async function takeUp(): Promise<void> {
    let left: SentTransaction[] = [];
    await operator.send(purpose, async (unmined) => {
      left = unmined.filter(({ account }) => account === operator.address.toLowerCase());
      return null;
    });
    for (const tx of left.filter(({ hash }) => !pursued.has(hash))) {
      log.info({ tx: tx.hash, purpose: tx.purpose }, 'a transaction that is not mined yet is seen through');
      void mined(operator.follow(tx));
    }
  }

  return {
    mined,
    takeUp: () =>
      takingUp
        .run(takeUp)
        .catch((error) => log.warn({ err: error }, 'what is not mined yet could not be looked through')),
    async settled() {
      await takingUp.idle();
      await pursued.idle();
    },
  };
}
