import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import { AbiCoder, id, keccak256, ZeroAddress } from 'ethers';
import hre from 'hardhat';
import type { TestToken } from '../../types/ethers-contracts/index.ts';

/** One chain in process for all contract tests; each test starts from a fixture's snapshot. */
export const { ethers, networkHelpers, provider: node } = await hre.network.create();

export const NATIVE = ZeroAddress;
export const NOTICE_SEC = 20n;
export const WITHDRAW_DELAY_SEC = 10n;
/** Odd, so that shares don't come out even. */
export const PRICE = 1_000_000_000_000_001n;
export const SHARE_BPS = 3_333n;
export const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
export const URL = 'https://provider.example/streams/one.m3u8';

export type Publication = ReturnType<typeof publication>;
export type World = Awaited<ReturnType<typeof newHost>>;

const PUBLICATION = {
  cid: CID,
  token: NATIVE as string,
  pricePerUnit: PRICE,
  providerShareBps: SHARE_BPS,
  unit: 0n,
  name: 'A film',
  metadata: '{"year":2026}',
};

export function publication(changes: Partial<typeof PUBLICATION> = {}): typeof PUBLICATION {
  return { ...PUBLICATION, ...changes };
}

export function contentIdOf(creator: string, token: string = NATIVE, cid: string = CID): string {
  const encoded = AbiCoder.defaultAbiCoder().encode(
    ['address', 'address', 'bytes32'],
    [creator, token, id(cid)],
  );
  return keccak256(encoded);
}

/** As the contract must split: the provider's share rounded down, the remainder to the creator. */
export function split(
  amount: bigint,
  providerShareBps: bigint = SHARE_BPS,
): [creator: bigint, provider: bigint] {
  const providerAmount = (amount * providerShareBps) / 10_000n;
  return [amount - providerAmount, providerAmount];
}

/** Fixture: a host without content. */
export async function newHost() {
  return await hostOf((await ethers.getSigners())[0]);
}

/** Fixture: the same, by an account that has sent nothing else, so always at the same address. */
export async function newHostAtFixedAddress(): Promise<World> {
  return await hostOf((await ethers.getSigners()).at(-1));
}

async function hostOf(deployer?: HardhatEthersSigner) {
  const [, creator, provider, viewer, stranger] = await ethers.getSigners();
  if (!creator || !provider || !viewer || !stranger) throw new Error('the chain has too few accounts');
  const host = await ethers.deployContract('StreamHost', [NOTICE_SEC, WITHDRAW_DELAY_SEC], deployer);
  /** The creator's content with CID in the native coin, published or not. */
  const contentId = contentIdOf(creator.address);
  return { host, hostAddress: await host.getAddress(), creator, provider, viewer, stranger, contentId };
}

/** Fixture: one content, of the creator, in the native coin. */
export async function published(): Promise<World> {
  const world = await newHost();
  await world.host.connect(world.creator).publish(publication());
  return world;
}

/** Fixture: the content is served by the provider. */
export async function served(): Promise<World> {
  const world = await published();
  await world.host.connect(world.provider).registerStream(world.contentId, URL);
  return world;
}

export interface TokenWorld extends World {
  token: TestToken;
  tokenAddress: string;
}

/** Fixture: the content is priced in an honest token, served, and the viewer holds and approved 1,000 prices. */
export async function servedForToken(): Promise<TokenWorld> {
  return await servedFor('TestToken', await newHost());
}

/** The content priced in a token of this kind (all have the shape of TestToken), served, the viewer provided. */
export async function servedFor(kind: string, world: World): Promise<TokenWorld> {
  const { host, hostAddress, creator, provider, viewer } = world;
  const deployed = await ethers.deployContract(kind);
  const tokenAddress = await deployed.getAddress();
  const token = await ethers.getContractAt('TestToken', tokenAddress);
  const contentId = contentIdOf(creator.address, tokenAddress);
  await host.connect(creator).publish(publication({ token: tokenAddress }));
  await host.connect(provider).registerStream(contentId, URL);
  await token.mint(viewer, 1_000n * PRICE);
  await token.connect(viewer).approve(hostAddress, 1_000n * PRICE);
  return { ...world, contentId, token, tokenAddress };
}

/** The time that the next transaction's block will have. */
export async function nextBlockAtSec(): Promise<bigint> {
  const atSec = BigInt(await networkHelpers.time.latest()) + 1n;
  await networkHelpers.time.setNextBlockTimestamp(atSec);
  return atSec;
}

/** Lets the next transaction's block come exactly at this time. */
export async function at(sec: bigint): Promise<void> {
  await networkHelpers.time.setNextBlockTimestamp(sec);
}
