import type { JsonRpcApiProvider, Wallet } from 'ethers';
import type { BaseLogger } from 'pino';
import type { CallCheck } from '../contract/calls/call-status.ts';
import type { Relay } from '../contract/calls/writer.ts';
import type { TxRecords } from '../store/book.ts';
import { TIMEOUTS } from '../txmgr/confirmation.ts';
import { createConfirmer } from '../txmgr/confirmer.ts';
import { createKeyLock } from '../txmgr/key-lock.ts';
import { TxManager } from '../txmgr/tx-manager.ts';
import type { RelayPolicy } from './policy.ts';
import { createRelay } from './relay.ts';
import { RELAY, Submitter } from './submit.ts';

export interface OpenRelayOptions {
  /** The operator's; `null` for a host without a key. */
  wallet: Wallet | null;
  /** Made with `cacheTimeout: -1`. */
  provider: JsonRpcApiProvider;
  check: CallCheck;
  records: TxRecords;
  policy: RelayPolicy;
  /** For viewers of the host's own channels. */
  viewersPolicy: RelayPolicy;
  log: Pick<BaseLogger, 'info' | 'warn'>;
  nowSec(): number;
  /** After how long unmined a fee is raised. */
  raiseAfterMs?: number;
  /** How long a caller waits for the block. */
  waitMs?: number | undefined;
}

/** A caller that waits longer for the key gets a refusal with a time to try again. */
const KEY_WAIT_MS = 20_000;
/** How often to look for what another process that shares the key has left when it died. */
const LOOK_EVERY_MS = 60_000;

export interface OpenRelay extends Relay, AsyncDisposable {
  /** The same for viewers of the host's own channels. */
  readonly ofViewers: ViewersRelay;
}

export interface ViewersRelay extends Relay {
  /** Sends what anybody may send, within the same budget. `null` on a host without a key. */
  readonly submitter: Pick<Submitter, 'submitOnce'> | null;
  /** What is sent otherwise is counted within it, too. */
  readonly policy: Pick<RelayPolicy, 'reserve'>;
}

/** The relay of this process, which follows also what earlier ones have sent. */
export function openRelay({ wallet, policy, viewersPolicy, ...options }: OpenRelayOptions): OpenRelay {
  const relays = (submitterUnder: (policy: RelayPolicy) => Submitter | null) => {
    const submitter = submitterUnder(viewersPolicy);
    const viewers = createRelay({ ...options, policy: viewersPolicy, submitter });
    const ofViewers = { ...viewers, submitter, policy: viewersPolicy };
    return { ...createRelay({ ...options, policy, submitter: submitterUnder(policy) }), ofViewers };
  };
  if (wallet === null) return { ...relays(() => null), [Symbol.asyncDispose]: async () => undefined };
  const { provider, records, log, raiseAfterMs = TIMEOUTS.raiseAfterMs } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const lock = createKeyLock(records, { waitMs: KEY_WAIT_MS });
  const timeouts = { raiseAfterMs, giveUpAfterMs: Number.POSITIVE_INFINITY };
  const txManager = new TxManager({ wallet, provider, records, lock, timeouts, signal });
  const confirmer = createConfirmer({ txManager, purpose: RELAY, signal, log });
  void confirmer.resume();
  const looking = setInterval(() => void confirmer.resume(), LOOK_EVERY_MS);

  return {
    ...relays((under) => new Submitter({ ...options, policy: under, txManager, confirmer })),
    async [Symbol.asyncDispose]() {
      clearInterval(looking);
      stopping.abort();
      await confirmer.idle();
    },
  };
}
