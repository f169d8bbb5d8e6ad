import type { Signer } from 'ethers';
import {
  collectByWallet,
  type LeftChannel,
  leaveByRelay,
  leaveByWallet,
} from '../../../../client/channel/leaving.ts';
import { collectByRelay } from '../../../../client/channel/relay.ts';
import {
  type Balance,
  type Channel,
  type ChannelOptions,
  openChannel,
  type Release,
  resume,
  type Way,
} from '../../../../client/index.ts';
import type { SendMode } from '../../contract/send-mode.ts';
import { signedDeposits } from './signed-deposits.ts';
import type { SaleState } from './state.ts';

/** By what the viewer acts: its wallet, and whether that sends, or signs for the host to send. */
export interface Means {
  wallet: Signer;
  by: SendMode;
  /** @throws {BalanceTooLow} it holds less than what it is asked for */
  requireFunds(): Promise<void>;
}

/** The deposit with a provider, of this browser; and the ways out of those of the viewer's other browsers. */
export interface Deposits {
  /** From how much on the host sends what the wallet has only signed, in base units; `null`: it does not. */
  readonly relayedFrom: bigint | null;
  /** Whether the host gives the rest back at once, on the word of this browser's key. */
  readonly isReleased: boolean;
  /** Puts base units aside: the wallet's one confirmation. */
  deposit(means: Means, amount: bigint): Promise<void>;
  balance(): Promise<Balance | null>;
  /** The id of its channel; `null` where there is none. */
  channelId(): string | null;
  /** Has the host give the rest back at once: no wallet is asked. Answers when it is back. */
  release(onState: (state: Release) => void): Promise<void>;
  /** Asks for the rest of the deposit, or of another one. */
  leave(means: Means, other?: LeftChannel): Promise<void>;
  /** Takes it, after the delay. What the host sends needs no signature. */
  collect(means: Means, other?: LeftChannel): Promise<void>;
}

type Standing = Pick<SaleState, 'hasDeposit' | 'isLeaving' | 'left'>;

/** What there is to pay from: it may have come back, or be asked for, since this browser has looked last. */
export async function standingOf(channel: Channel | null): Promise<Standing> {
  if (!channel) return { hasDeposit: false, isLeaving: false, left: null };
  const balance = await channel.balance().catch(() => null);
  const [hasDeposit, isLeaving] = await Promise.all([channel.isFunded(), channel.isLeaving()]);
  return { hasDeposit, isLeaving, left: balance?.left ?? null };
}

interface DepositTerms {
  channels: ChannelOptions;
  found: Channel | null;
  /** Sends what is signed. */
  host: string;
  relayedFrom: bigint | null;
  isReleased: boolean;
  /** Another deposit, or a larger one. */
  onDeposit: (channel: Channel) => void;
  /** Nothing is left in it: so much has come back; 0n where that is not known, for what was promised may be sold yet, or not. */
  onBack: (amount: bigint) => void;
  /** What was read of it, or has become of it. */
  onStanding: (changed: Partial<Standing>) => void;
  signed?: ReturnType<typeof signedDeposits>;
}

export function deposits(terms: DepositTerms): Deposits {
  const { channels, host, relayedFrom, isReleased, onDeposit, onBack, onStanding } = terms;
  let channel = terms.found;
  const { chainId, contract, provider, token } = channels;
  const signed = terms.signed ?? signedDeposits(host, [chainId, contract, provider, token].join(' '));
  const relay = { host, fetch: signed.fetch };
  const wayOf = ({ wallet, by }: Means): Way => (by === 'signature' ? { wallet, relay } : { wallet });
  return {
    ...{ relayedFrom, isReleased },
    async deposit(means, amount) {
      const way = wayOf(means);
      // What was sent and not seen to arrive may be there by now: then nothing more is put aside.
      const last = await signed.last(await means.wallet.getAddress());
      if (last === null) await means.requireFunds();
      if (channel && last !== null) {
        await channel.exclusively(({ record, write }) => write({ ...record, limit: record.limit + last }));
      } else if (channel) await channel.topUp(amount, way);
      else
        channel = (await resume(channels)) ?? (await openChannel({ ...channels, ...way, deposit: amount }));
      onDeposit(channel);
    },
    async balance() {
      const found = channel ? await channel.balance() : null;
      if (found) onStanding({ isLeaving: found.withdrawableAtSec !== null, left: found.left });
      // Another tab may have taken it back, or the one before that was left.
      if (found?.deposit === 0n && found.limit === 0n) onBack(0n);
      return found;
    },
    channelId: () => channel?.id ?? null,
    async release(onState) {
      if (!channel) return;
      const { left, awaited } = await channel.balance();
      await channel.release(relay, onState);
      onBack(awaited > 0n ? 0n : left);
    },
    async leave(means, other) {
      const way = wayOf(means);
      if (!other) {
        await channel?.close(way);
        return onStanding({ isLeaving: true });
      }
      await (way.relay ? leaveByRelay(way.wallet, other, way.relay) : leaveByWallet(way.wallet, other));
    },
    async collect(means, other) {
      const isRelayed = means.by === 'signature';
      if (!other) {
        if (!channel) return;
        // What is not claimed by now is not claimed any more.
        const { deposit } = await channel.balance();
        await channel.collect(isRelayed ? { relay } : means);
        onBack(deposit);
      } else if (isRelayed) await collectByRelay(relay, other);
      else await collectByWallet(means.wallet, other, true);
    },
  };
}
