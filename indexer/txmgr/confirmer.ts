import { setTimeout as delay } from 'node:timers/promises';
import type { TransactionReceipt } from 'ethers';
import type { BaseLogger } from 'pino';
import { Mutex } from '../lib/locks/keyed-mutex.ts';
import { SingleFlight } from '../lib/tasks.ts';
import type { SentTransaction } from '../store/book.ts';
import { Replaced, type SentCall } from './confirmation.ts';
import type { TxManager } from './tx-manager.ts';

/** Waits for the blocks of what the operator's key has sent, also when no caller waits any more. */
export interface Confirmer {
  /**
   * Resolves when a version of the call is mined. However many wait, the node is asked once at a time.
   * @throws {Replaced}; an AbortError once the host stops
   */
  mined(sent: SentCall): Promise<TransactionReceipt>;
  /** Sends what was recorded and never sent, and follows what this process does not follow yet. */
  resume(): Promise<void>;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
}

const TRY_AGAIN_MS = 2_000;

export interface ConfirmerDeps {
  txManager: TxManager;
  /** Of the question what is left. */
  purpose: string;
  /** Ends it; what is sent stays recorded for the next start. */
  signal: AbortSignal;
  log: Pick<BaseLogger, 'info' | 'warn'>;
}

export function createConfirmer({ txManager, purpose, signal, log }: ConfirmerDeps): Confirmer {
  const following = new SingleFlight<TransactionReceipt>();
  const resuming = new Mutex();

  function mined(sent: SentCall): Promise<TransactionReceipt> {
    const receipt = following.run(sent.hash, () => untilMined(sent));
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

  async function resume(): Promise<void> {
    let left: SentTransaction[] = [];
    await txManager.send(purpose, async (unmined) => {
      left = unmined.filter(({ account }) => account === txManager.address.toLowerCase());
      return null;
    });
    for (const tx of left.filter(({ hash }) => !following.has(hash))) {
      log.info({ tx: tx.hash, purpose: tx.purpose }, 'a transaction that is not mined yet is seen through');
      void mined(txManager.follow(tx));
    }
  }

  return {
    mined,
    resume: () =>
      resuming
        .run(resume)
        .catch((error) => log.warn({ err: error }, 'what is not mined yet could not be looked through')),
    async idle() {
      await resuming.idle();
      await following.idle();
    },
  };
}
