import type { Config } from '../config/config.ts';
import type { CallCheck } from '../contract/calls/call-status.ts';
import type { HostContract } from '../contract/stream-host.ts';
import { messageOf } from '../lib/errors.ts';
import { toBaseUnits } from '../lib/money.ts';
import { repeat } from '../lib/repeat.ts';
import { SingleFlight } from '../lib/tasks.ts';
import { ClaimChain } from '../playback/claiming/claim-chain.ts';
import { ClaimNow } from '../playback/claiming/claim-now.ts';
import { Claiming } from '../playback/claiming/claiming.ts';
import type { ClaimPolicy } from '../playback/claiming/plan.ts';
import { dropAsked } from '../playback/claiming/release/dropping.ts';
import { Releasing } from '../playback/claiming/release/releasing.ts';
import type { Elsewhere } from '../playback/moving/elsewhere.ts';
import type { Provider } from '../playback/provider.ts';
import type { Claimer } from '../relay/channels/releases.ts';
import type { IndexedChain } from '../store/indexed-chain.ts';
import { NotIndexedInTime } from '../sync/errors.ts';
import type { TokenBook } from '../tokens/token-metadata.ts';
import { createKeyLock } from '../txmgr/key-lock.ts';
import { TxManager } from '../txmgr/tx-manager.ts';
import { ChainUnusable } from './chain/chain.ts';
import type { Infrastructure } from './infrastructure.ts';

/** A claim that waits for the key lets others of this host have it. */
const KEY_WAIT_MS = 20_000;
const LONGEST_PAUSE_MS = 60_000;
/** Between two looks: on the development chain a deposit goes back within seconds. */
const LOOKS_PER_DELAY = 10;

interface ClaimingParts {
  provider: Provider | null;
  tokens: TokenBook;
  contract: HostContract;
  check: CallCheck;
  elsewhere: Pick<Elsewhere, 'keepsFromSelling'>;
  /** Ends all waiting. */
  signal: AbortSignal;
}

interface OpenClaiming extends Claimer {
  claimNow: ClaimNow;
  /** @returns what ends it */
  start(): () => Promise<void>;
}

/** The job that claims what this host has sold, and gives deposits back; `null` where it does not by itself. */
export async function openClaiming(
  infrastructure: Infrastructure,
  { provider, tokens, contract, check, elsewhere, signal }: ClaimingParts,
): Promise<OpenClaiming | null> {
  const { config, network, store, book, chain, log, nowSec } = infrastructure;
  const { operator: wallet, provider: node, facts } = network;
  if (provider === null || wallet === null || config.claimMode === 'off') {
    await dropAsked({ book, log });
    return null;
  }
  const lock = createKeyLock(book, { waitMs: KEY_WAIT_MS });
  const timeouts = { giveUpAfterMs: Number.POSITIVE_INFINITY };
  const txManager = new TxManager({ wallet, provider: node, records: book, lock, timeouts, signal });
  const indexed: IndexedChain = {
    head: () => chain.head(),
    waitFor: (block) => chain.waitFor(block, { signal }),
  };
  const shared = {
    ...{ store, book, txManager, indexed, log, nowSec, contract },
    chain: new ClaimChain(node, facts.confirmations),
    provider: provider.wallet.toLowerCase(),
    policy: await claimPolicy(config, tokens),
  };
  const claiming = new Claiming({ ...shared, gasCap: config.claimBatchGas });
  const claimNow = new ClaimNow({ claiming, log, signal });
  const isSoldElsewhere = () => elsewhere.keepsFromSelling();
  const releasing = new Releasing({ ...shared, claiming, check, isSoldElsewhere });

  async function tried(job: () => Promise<unknown>, problem: string): Promise<void> {
    // What the records lack, the chain may have paid.
    if (signal.aborted || chain.status().doubt !== null) return;
    try {
      await job();
    } catch (error) {
      // That they are behind, /readyz says.
      if (signal.aborted || error instanceof NotIndexedInTime) return;
      log.warn({ err: error }, problem);
    }
  }
  const looking = new SingleFlight<void>();
  const look = () =>
    looking.run('', async () => {
      await tried(() => claiming.run(), 'vouchers could not be claimed, trying again');
      await tried(() => releasing.run(), 'deposits could not be given back, trying again');
    });

  const delaySec = await contract.withdrawDelaySec(facts.contract).catch(() => Number.POSITIVE_INFINITY);
  const pauseMs = Math.min(LONGEST_PAUSE_MS, (1_000 * delaySec) / LOOKS_PER_DELAY);
  const start = () => {
    const stop = repeat(pauseMs, look);
    return async () => {
      await stop();
      await Promise.all([looking.idle(), claimNow.idle()]);
    };
  };
  return { key: txManager.address, look, start, claimNow };
}

/** @throws {ChainUnusable} where an amount can't be of its token */
export async function claimPolicy(
  { claimGasFactor: gasFactor, claimAfterSec: afterSec, claimMin }: Config,
  tokens: TokenBook,
): Promise<ClaimPolicy> {
  const least = new Map<string, bigint>();
  for (const [token, amount] of claimMin) {
    const { decimals } = await tokens.describe(token).catch((cause: unknown) => {
      throw new ChainUnusable(`CLAIM_MIN: ${token} can't be asked: ${messageOf(cause)}`, { cause });
    });
    const units = toBaseUnits(amount, decimals ?? 0);
    if (units === null) {
      throw new ChainUnusable(`CLAIM_MIN: ${amount} has more decimals than ${token}, ${decimals ?? 0}.`);
    }
    least.set(token, units);
  }
  return { gasFactor, afterSec, leastOf: (token) => least.get(token) ?? null };
}
