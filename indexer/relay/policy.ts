import type { Counters } from '../counters/counters.ts';
import type { RelayBudget } from '../store/book.ts';

/** For whom the operator's key pays gas, and how much of it. */
export interface RelayPolicy {
  /** Why nothing of this account is submitted, in one sentence; `null` where it is. */
  objection(account: string): string | null;
  /** Counts gas that is about to be spent for an account, asked for by the client at `clientIp`. */
  reserve(account: string, clientIp: string, gas: bigint): Promise<Reservation | BudgetSpent>;
}

/** Gas that is counted. */
export interface Reservation {
  /** Counts what was used, and gives back the rest. */
  charge(gasUsed: bigint): Promise<void>;
}

export interface BudgetSpent {
  /** In one sentence. */
  spent: string;
  retryAfterSec: number;
}

export interface RelayLimits {
  mode: 'off' | 'allowlist' | 'open';
  /** Wallets, in any case. */
  allowlist: readonly string[];
  /** Gas, each for a day. */
  gasPerDay: bigint;
  gasPerWallet: bigint;
  gasPerClient: bigint;
}

const DAY_MS = 86_400_000;

/**
 * The limits for viewers of the host's own channels, whom nobody can list before: `RELAY=off` holds for them, a list does
 * not; and half of the day's gas is left to the wallets that the operator has in mind.
 */
export function limitsOfViewers(limits: RelayLimits): RelayLimits {
  return { ...limits, mode: limits.mode === 'off' ? 'off' : 'open', gasPerDay: limits.gasPerDay / 2n };
}

/** On a chain whose gas costs nothing, everybody's calls are submitted. */
export const FREE_FOR_ALL: RelayPolicy = {
  objection: () => null,
  reserve: async () => ({ charge: async () => undefined }),
};

/** The operator's own wallets: nobody else can sign for them, and their gas is the operator's anyway. */
export function exceptOwn(policy: RelayPolicy, wallets: readonly (string | undefined)[]): RelayPolicy {
  const own = new Set(wallets.map((wallet) => wallet?.toLowerCase()));
  const isOwn = (account: string) => own.has(account.toLowerCase());
  return {
    objection: (account) => (isOwn(account) ? null : policy.objection(account)),
    reserve: (account, clientIp, gas) =>
      isOwn(account) ? FREE_FOR_ALL.reserve(account, clientIp, gas) : policy.reserve(account, clientIp, gas),
  };
}

/**
 * What the configuration allows. Days are those of UTC; a client's day begins with its first call, and is forgotten
 * where the counters are.
 */
export function relayPolicy(
  limits: RelayLimits,
  { book, counters, nowMs = Date.now }: { book: RelayBudget; counters: Counters; nowMs?: () => number },
): RelayPolicy {
  const listed = new Set(limits.allowlist.map((account) => account.toLowerCase()));
  const count = (wallet: string, gas: bigint, day: string) =>
    book.countRelayGas({
      day,
      wallet,
      gas,
      dayLimit: limits.gasPerDay,
      walletLimit: limits.gasPerWallet,
    });

  return {
    objection(account) {
      if (limits.mode === 'off') return 'This host submits no calls of wallets.';
      if (limits.mode === 'open' || listed.has(account.toLowerCase())) return null;
      return 'This host submits calls only of wallets that its operator has listed.';
    },

    async reserve(account, clientIp, gas) {
      const day = new Date(nowMs()).toISOString().slice(0, 10);
      const counter = `relay gas ${clientIp}`;
      const { total, resetsInMs } = await counters.add(counter, Number(gas), DAY_MS);
      const full = BigInt(total) > limits.gasPerClient ? 'client' : await count(account, gas, day);
      if (full !== null) {
        await counters.add(counter, -Number(gas), DAY_MS);
        const waitMs = full === 'client' ? resetsInMs : DAY_MS - (nowMs() % DAY_MS);
        return { spent: SPENT[full], retryAfterSec: Math.ceil(waitMs / 1_000) };
      }
      return {
        async charge(gasUsed) {
          await counters.add(counter, Number(gasUsed - gas), DAY_MS);
          await count(account, gasUsed - gas, day);
        },
      };
    },
  };
}

const SPENT = {
  day: 'The gas that this host spends on calls of wallets in a day is spent.',
  wallet: 'The gas that this host spends on calls of this wallet in a day is spent.',
  client: 'The gas that this host spends on calls from this address in a day is spent.',
} as const;
