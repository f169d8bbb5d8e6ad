import type { JsonRpcApiProvider, Wallet } from 'ethers';
import type { BaseLogger } from 'pino';
import type { CallCheck } from '../contract/calls/call-status.ts';
import type { Relay } from '../contract/calls/writer.ts';
import type { OperatorLedger } from '../store/store.ts';
import { createPursuit } from '../txmgr/confirmer.ts';
import { keyLease } from '../txmgr/key-lock.ts';
import { operatorKey } from '../txmgr/tx-manager.ts';
import type { RelayPolicy } from './policy.ts';
import { createRelay } from './relay.ts';
import { createSendOnce, RELAY } from './submit.ts';

export interface OpenRelayOptions {
  /** The operator's; `null` for a host without a key. */
  wallet: Wallet | null;
  /** Made with `cacheTimeout: -1`. */
  provider: JsonRpcApiProvider;
  check: CallCheck;
  ledger: OperatorLedger;
  policy: RelayPolicy;
  log: Pick<BaseLogger, 'info' | 'warn'>;
  nowSec(): number;
  /** After how long unmined a fee is raised. */
  raiseAfterMs?: number;
  /** How long a caller waits for the block. */
  waitMs?: number;
}

/** Whoever waits longer for the key is told to come back. */
const KEY_WAIT_MS = 20_000;
/** How often it is looked whether another process, that shares the key, has died and left something. */
const LOOK_EVERY_MS = 60_000;

/** The relay of this process. What earlier ones left on the way is seen through from now on. */
export function openRelay({ wallet, ...options }: OpenRelayOptions): Relay & AsyncDisposable {
  if (wallet === null) {
    return { ...createRelay({ ...options, sendOnce: null }), [Symbol.asyncDispose]: async () => undefined };
  }
  const { provider, ledger, log, raiseAfterMs } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const lease = keyLease(ledger, { waitMs: KEY_WAIT_MS });
  const raising = raiseAfterMs === undefined ? {} : { raiseAfterMs };
  const patience = { giveUpAfterMs: Number.POSITIVE_INFINITY, ...raising };
  const operator = operatorKey({ wallet, provider, ledger, lease, patience, signal });
  const pursuit = createPursuit({ operator, purpose: RELAY, signal, log });
  void pursuit.takeUp();
  const looking = setInterval(() => void pursuit.takeUp(), LOOK_EVERY_MS);

  return {
    ...createRelay({ ...options, sendOnce: createSendOnce({ ...options, operator, pursuit }) }),
    async [Symbol.asyncDispose]() {
      clearInterval(looking);
      stopping.abort();
      await pursuit.settled();
    },
  };
}
