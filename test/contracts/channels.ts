import {
  AbiCoder,
  type ContractTransactionResponse,
  id,
  keccak256,
  type Signer,
  type TypedDataDomain,
  Wallet,
} from 'ethers';
import type { TestToken } from '../../types/ethers-contracts/index.ts';
import { domainOf } from './signed.ts';
import { packBatch, type SignedVoucher, signVoucher, type Voucher } from './vouchers.ts';
import {
  contentIdOf,
  ethers,
  NATIVE,
  newHost,
  PRICE,
  publication,
  published,
  servedFor,
  type World,
} from './world.ts';

/** What a channel is, for good. */
export type Channel = Record<'viewer' | 'provider' | 'token' | 'authorizer' | 'salt', string>;

export interface ChannelWorld extends World {
  /** The key in the viewer's browser. */
  authorizer: Wallet;
  channel: Channel;
  channelId: string;
  /** What vouchers are signed in. */
  domain: TypedDataDomain;
}

export interface TokenChannelWorld extends ChannelWorld {
  token: TestToken;
  tokenAddress: string;
}

export const DEPOSIT = 100n * PRICE;
export const SALT = id('the browser on the sofa');
/** Of `RejectReason`, in the contract's order. */
export const REASONS = [
  'None',
  'SignerUnknown',
  'EpochInvalid',
  'SeqUsed',
  'ContentUnknown',
  'OtherToken',
  'PriceTooLow',
  'UnitsZero',
  'DepositTooLow',
  'ContentFree',
] as const;
export type Reason = (typeof REASONS)[number];

export function reason(name: Reason): bigint {
  return BigInt(REASONS.indexOf(name));
}

export function channelIdOf({ viewer, provider, token, authorizer, salt }: Channel): string {
  const types = ['address', 'address', 'address', 'address', 'bytes32'];
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, [viewer, provider, token, authorizer, salt]));
}

/** What the viewer's own calls take. */
export function ofViewer({ provider, token, authorizer, salt }: Channel): [string, string, string, string] {
  return [provider, token, authorizer, salt];
}

/** The channel that the viewer of this world opens in this coin. */
export async function unopened<W extends World>(world: W, token = NATIVE): Promise<W & ChannelWorld> {
  const authorizer = new Wallet(id('authorizer'));
  const channel = {
    viewer: world.viewer.address,
    provider: world.provider.address,
    token,
    authorizer: authorizer.address,
    salt: SALT,
  };
  const { chainId } = await ethers.provider.getNetwork();
  const domain = domainOf(world.hostAddress, chainId);
  return { ...world, authorizer, channel, channelId: channelIdOf(channel), domain };
}

/** Fixture: one content in the native coin; nobody serves it, and no channel is open. */
export async function notOpened(): Promise<ChannelWorld> {
  return await unopened(await published());
}

/** Fixture: the viewer put DEPOSIT into a channel in the native coin. */
export async function opened(): Promise<ChannelWorld> {
  const world = await notOpened();
  const { host, viewer, channel } = world;
  await host.connect(viewer).open(...ofViewer(channel), DEPOSIT, { value: DEPOSIT });
  return world;
}

/** A content in a token of this kind; the viewer holds and approved 1,000 prices; no channel is open. */
export async function notOpenedIn(kind: string): Promise<TokenChannelWorld> {
  const world = await servedFor(kind, await newHost());
  return await unopened(world, world.tokenAddress);
}

/** Fixture: the same in an honest token, with a channel. */
export async function openedInToken(): Promise<TokenChannelWorld> {
  const world = await notOpenedIn('TestToken');
  await world.host.connect(world.viewer).open(...ofViewer(world.channel), DEPOSIT);
  return world;
}

/** Fixture: also a content of the stranger, at another price. */
export async function openedForTwo(): Promise<ChannelWorld & { otherId: string }> {
  const world = await opened();
  const { host, stranger } = world;
  await host.connect(stranger).publish(publication({ pricePerUnit: 7n * PRICE, providerShareBps: 1_234n }));
  return { ...world, otherId: contentIdOf(stranger.address) };
}

/** The channel's authorizer signs for one unit, unless told otherwise. */
export async function sign(world: ChannelWorld, changes: Partial<Voucher> = {}): Promise<SignedVoucher> {
  const items = [{ contentId: world.contentId, units: 1n, unitPrice: PRICE }];
  const voucher = { channelId: world.channelId, epoch: 1n, seq: 0n, items, ...changes };
  return await signVoucher(world.authorizer, world.domain, voucher);
}

/** The provider, or somebody else, claims these vouchers. */
export async function claim(
  { host, provider, channel }: ChannelWorld,
  signed: SignedVoucher[],
  by: Signer = provider,
): Promise<ContractTransactionResponse> {
  const { contents, vouchers } = packBatch(signed);
  return await host.connect(by).claim(channel.provider, channel.token, contents, vouchers);
}

/** What the channel holds, by name. */
export async function stateOf({ host, channel }: ChannelWorld) {
  const { deposit, epoch, nextSeq, withdrawableAtSec } = await host.channelOf(channel);
  return { deposit, epoch, nextSeq, withdrawableAtSec };
}

/** Fixture: the viewer has asked for the deposit back. */
export async function leaving(): Promise<ChannelWorld & { withdrawableAtSec: bigint }> {
  const world = await opened();
  await world.host.connect(world.viewer).initiateWithdraw(...ofViewer(world.channel));
  return { ...world, withdrawableAtSec: (await stateOf(world)).withdrawableAtSec };
}
