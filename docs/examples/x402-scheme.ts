// How a client of another make pays: the scheme `streamhost-channel` for the official x402 client (@x402/fetch), in plain
// ethers. It pays from one deposit, and signs for no more than it is asked for and has not paid yet.
import type { SchemeNetworkClient } from '@x402/fetch';
import type { BaseWallet } from 'ethers';

/** A channel that is open, and what it is for. */
export interface Deposit {
  chainId: number;
  contract: string;
  provider: string;
  /** The zero address is the native coin. */
  token: string;
  channelId: string;
  epoch: number;
}

/** What was signed of a content, and how much of it has opened nothing yet. */
export interface Signed {
  units: bigint;
  unitPrice: bigint;
  credit: bigint;
}

export interface ChannelScheme {
  deposit: Deposit;
  /** The channel's authorizer: a key of this program alone, not the wallet. */
  key: Pick<BaseWallet, 'signTypedData'>;
  /** Base units that may be signed for in all. */
  limit: bigint;
  /** By content id. Who forgets it signs less than the host has, and is answered 409 `voucher_conflict`. */
  signed: Map<string, Signed>;
  /** Keeps `signed` where a crash can't take it; what is sent was kept before. */
  save(): Promise<void>;
}

const TYPES = {
  Voucher: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'epoch', type: 'uint32' },
    { name: 'seq', type: 'uint32' },
    { name: 'items', type: 'Item[]' },
  ],
  Item: [
    { name: 'contentId', type: 'bytes32' },
    { name: 'units', type: 'uint32' },
    { name: 'unitPrice', type: 'uint72' },
  ],
};

export function streamhostChannel({ deposit, key, limit, signed, save }: ChannelScheme): SchemeNetworkClient {
  const { chainId, contract, provider, token, channelId, epoch } = deposit;

  function grow(contentId: string, due: bigint, unitPrice: bigint): void {
    const { units, credit, ...before } = signed.get(contentId) ?? { units: 0n, unitPrice, credit: 0n };
    if (before.unitPrice !== unitPrice) throw new Error('The price has changed.');
    const more = due > credit ? due - credit : 0n;
    const spent = [...signed.values()].reduce((sum, each) => sum + each.units * each.unitPrice, 0n);
    if (spent + more * unitPrice > limit) throw new Error('That is more than may be spent.');
    signed.set(contentId, { units: units + more, unitPrice, credit: credit + more });
  }

  return {
    scheme: 'streamhost-channel',

    async createPaymentPayload(x402Version, { network, asset, payTo, extra }) {
      const { contentId = '', due = '', unitPrice = '' } = extra as Record<string, string>;
      const asked = [network, payTo, extra.contract, extra.provider, asset];
      const own = [`eip155:${chainId}`, contract, contract, provider, token];
      if (String(asked).toLowerCase() !== String(own).toLowerCase())
        throw new Error('The seller asks for somebody else than the deposit is for.');
      grow(contentId, BigInt(due), BigInt(unitPrice));
      await save();
      const items = [...signed].map(([id, each]) => [id, `${each.units}`, `${each.unitPrice}`] as const);
      const voucher = { channelId, epoch, seq: 0, items };
      const domain = { name: 'StreamHost', version: '1', chainId, verifyingContract: contract };
      const named = items.map(([id, units, price]) => ({ contentId: id, units, unitPrice: price }));
      const signature = await key.signTypedData(domain, TYPES, { ...voucher, items: named });
      return { x402Version, payload: { voucher, signature } };
    },

    schemeHooks: {
      async onPaymentResponse({ requirements, settleResponse }) {
        const contentId = String(requirements.extra.contentId);
        const { info } = Object(settleResponse?.extensions?.streamhost) as { info?: { credit?: object } };
        const credit = Object(info?.credit)[contentId];
        const own = signed.get(contentId);
        // Without an answer it stays: the next request shows the same voucher again.
        if (credit === undefined || own === undefined) return;
        signed.set(contentId, { ...own, credit: BigInt(credit) });
        await save();
      },
    },
  };
}
