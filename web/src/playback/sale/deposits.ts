import type { Signer } from 'ethers';
import {
  type Balance,
  type Channel,
  type ChannelOptions,
  openChannel,
  resume,
  type Way,
} from '../../../../client/index.ts';
import type { SendMode } from '../../contract/send-mode.ts';
import { patientFetch } from './patient-fetch.ts';

/** By what the viewer acts: its wallet, and whether that sends, or signs for the host to send. */
export interface Means {
  wallet: Signer;
  by: SendMode;
}

/** The deposit with a provider, of this browser. */
export interface Deposits {
  /** From how much on the host sends what the wallet has only signed, in base units; `null`: it does not. */
  readonly relayedFrom: bigint | null;
  /** Puts base units aside: the wallet's one confirmation. */
  deposit(means: Means, amount: bigint): Promise<void>;
  balance(): Promise<Balance | null>;
  /** Asks for the rest of the deposit. */
  leave(means: Means): Promise<void>;
  /** Takes it, after the delay. What the host sends needs no signature. */
  collect(means: Means): Promise<void>;
}

interface DepositTerms {
  channels: ChannelOptions;
  found: Channel | null;
  /** Sends what is signed. */
  host: string;
  relayedFrom: bigint | null;
  /** Another deposit, or a larger one. */
  onDeposit: (channel: Channel) => void;
}

export function deposits({ channels, found, host, relayedFrom, onDeposit }: DepositTerms): Deposits {
  let channel = found;
  const relay = { host, fetch: (url: string, init?: RequestInit) => patientFetch(url, init) };
  const wayOf = ({ wallet, by }: Means): Way => (by === 'signature' ? { wallet, relay } : { wallet });
  return {
    relayedFrom,
    async deposit(means, amount) {
      const way = wayOf(means);
      if (channel) await channel.topUp(amount, way);
      // What was sent and not seen to arrive may be there by now: then nothing more is put aside.
      else
        channel = (await resume(channels)) ?? (await openChannel({ ...channels, ...way, deposit: amount }));
      onDeposit(channel);
    },
    balance: async () => (channel ? await channel.balance() : null),
    leave: async (means) => await channel?.close(wayOf(means)),
    async collect(means) {
      await channel?.collect(means.by === 'signature' ? { relay } : means);
    },
  };
}
