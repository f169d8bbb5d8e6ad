import type { Config } from '../config/config.ts';
import type { HostContract } from '../contract/stream-host.ts';
import { messageOf } from '../lib/errors.ts';
import { toBaseUnits } from '../lib/money.ts';
import { repeat } from '../lib/repeat.ts';
import { ClaimChain } from '../playback/claiming/claim-chain.ts';
import { Claiming } from '../playback/claiming/claiming.ts';
import type { ClaimPolicy } from '../playback/claiming/plan.ts';
import type { Provider } from '../playback/provider.ts';
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
  /** Ends all waiting. */
  signal: AbortSignal;
}

/** The job that claims what this host has sold. @returns what starts it, which returns what ends it */
export async function openClaiming(
  infrastructure: Infrastructure,
  { provider, tokens, contract, signal }: ClaimingParts,
): Promise<() => () => Promise<void>> {
  const { config, network, store, book, chain, log, nowSec } = infrastructure;
  const { operator: wallet, provider: node, facts } = network;
  if (provider === null || wallet === null || config.claimMode === 'off') return () => async () => undefined;
  const lock = createKeyLock(book, { waitMs: KEY_WAIT_MS });
  const timeouts = { giveUpAfterMs: Number.POSITIVE_INFINITY };
  const txManager = new TxManager({ wallet, provider: node, records: book, lock, timeouts, signal });
  const indexed: IndexedChain = {
    head: () => chain.head(),
    waitFor: (block) => chain.waitFor(block, { signal }),
  };
  const claiming = new Claiming({
    ...{ store, book, txManager, indexed, log, nowSec, contract },
    chain: new ClaimChain(node, facts.confirmations),
    provider: provider.wallet.toLowerCase(),
    policy: await claimPolicy(config, tokens),
    gasCap: config.claimBatchGas,
  });

  async function look(): Promise<void> {
    // What the records lack, the chain may have paid.
    if (chain.status().doubt !== null) return;
    try {
      await claiming.run();
    } catch (error) {
      // That they are behind, /readyz says.
      if (signal.aborted || error instanceof NotIndexedInTime) return;
      log.warn({ err: error }, 'vouchers could not be claimed, trying again');
    }
  }

  const delaySec = await contract.withdrawDelaySec(facts.contract).catch(() => Number.POSITIVE_INFINITY);
  return () => repeat(Math.min(LONGEST_PAUSE_MS, (1_000 * delaySec) / LOOKS_PER_DELAY), look);
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
