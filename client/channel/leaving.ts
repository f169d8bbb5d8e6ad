import { Contract, hexlify, randomBytes, type Signer, SigningKey } from 'ethers';
import { ClientError } from '../errors.ts';
import { fieldsIn, retryAfterSecIn } from '../http.ts';
import type { ChannelRecord } from '../money/channel-record.ts';
import { lastSignedSeq, pendingOf } from '../money/ledger.ts';
import { voucherOf } from '../money/voucher.ts';
import { patiently, pause } from '../patience.ts';
import { Seller } from '../seller/seller.ts';
import { type Deployment, digestOf, domainOf, typesOf } from '../typed-data.ts';
import { CHANNEL_ABI, type ChannelParts, partsOf, valuesOf } from './facts.ts';
import { deadlineSec, type Relay, relayed } from './relay.ts';

const INITIATE_WITHDRAW = typesOf({
  InitiateWithdraw:
    'address viewer,address provider,address token,address authorizer,bytes32 salt,uint256 nonce,uint256 deadline',
});
const RELEASE_CHANNEL = typesOf({
  ReleaseChannel: 'bytes32 channelId,uint256 epoch,uint256 lastSeq,uint256 deadline',
});
/** Stands for the number of a voucher where none is signed. */
const NO_VOUCHER = 2n ** 256n - 1n;
const PATIENCE_MS = 30_000;
const RELEASED_IN_MS = 600_000;

/** How far what is asked for is: vouchers are claimed first, then it is sent, then it is in a block. */
export type Release = 'claiming' | 'sent' | 'mined';

/** What leaving a channel takes, from any device: its key is not needed. */
export interface LeftChannel extends Deployment, ChannelParts {
  channelId: string;
}

/** Asks for the deposit by the wallet's transaction; the provider can claim until the delay is over. */
export async function leaveByWallet(wallet: Signer, record: LeftChannel): Promise<void> {
  const [, ...rest] = valuesOf(record);
  const host = new Contract(record.contract, CHANNEL_ABI, wallet);
  await (await host.getFunction('initiateWithdraw')(...rest)).wait();
}

/** The same by one signature, which a host sends. */
export async function leaveByRelay(wallet: Signer, record: LeftChannel, relay: Relay): Promise<void> {
  const nonce = BigInt(hexlify(randomBytes(32)));
  const deadline = deadlineSec();
  const message = { ...partsOf(record), nonce, deadline };
  const signature = await wallet.signTypedData(domainOf(record), INITIATE_WITHDRAW, message);
  const { channelId, contract } = record;
  const signed = { contract, nonce: String(nonce), deadline: String(deadline), signature };
  await relayed(relay, `/channels/${channelId}/exit`, signed);
}

/**
 * Has the provider give back the rest at once, on the word of the channel's key. Answers when it is back with the viewer.
 * @throws {SellerRefused}
 * @throws {ClientError} release_pending after `limitMs`
 */
export async function leaveByKey(
  record: ChannelRecord,
  relay: Relay,
  onState?: (state: Release) => void,
  limitMs = RELEASED_IN_MS,
): Promise<void> {
  const endMs = performance.now() + limitMs;
  await showLast(record, relay);
  const { channelId, contract, ledger } = record;
  const { epoch } = ledger;
  const last_seq = lastSignedSeq(ledger);
  const deadline = deadlineSec();
  const message = { channelId, epoch, lastSeq: last_seq ?? NO_VOUCHER, deadline };
  const signature = new SigningKey(record.key).sign(digestOf(record, RELEASE_CHANNEL, message)).serialized;
  const signed = { contract, epoch, last_seq, deadline, signature };
  // The same call again is the same request.
  const send = () => relayed(relay, `/channels/${channelId}/release`, signed);
  let answer = await send();
  while (answer.status === 202) {
    onState?.(Object(fieldsIn(answer.bytes).release).state);
    const waitMs = (retryAfterSecIn(answer.headers) ?? 1) * 1000;
    if (performance.now() + waitMs > endMs) {
      throw new ClientError('release_pending', 'The rest is not there yet.', { retryable: true });
    }
    await pause(waitMs);
    answer = await patiently(PATIENCE_MS, send);
  }
}

/** A unit that is paid and has not come: the seller may not know of it, and is owed it all the same. */
async function showLast({ channelId, contract, ledger, signature }: ChannelRecord, relay: Relay) {
  const pending = pendingOf(ledger);
  if (!pending || signature === null) return;
  const seller = new Seller(pending.url, relay.fetch ?? globalThis.fetch);
  const offered = { voucher: voucherOf(channelId, ledger), signature, contract };
  // Where it is away, whoever is asked for the release says what is missing.
  await seller.keys([pending.unit], offered, false).catch(() => null);
}

/** After the delay: what is left goes to the viewer, in one transaction. */
export async function collectByWallet(
  wallet: Signer,
  record: LeftChannel,
  isLeaving: boolean,
): Promise<void> {
  const host = new Contract(record.contract, CHANNEL_ABI, wallet);
  const payout = host.interface.encodeFunctionData('withdrawFor', [record.viewer, record.token]);
  const end = host.interface.encodeFunctionData('finalizeWithdraw', [valuesOf(record)]);
  await (await host.getFunction('multicall')(isLeaving ? [end, payout] : [payout])).wait();
}
