import { AbiCoder, id, keccak256, Signature, type Signer, type TypedDataDomain } from 'ethers';
import type { SignedToken } from '../../types/ethers-contracts/index.ts';
import { DEPOSIT, notOpenedIn, ofViewer, type TokenChannelWorld } from './channels.ts';
import { members } from './members.ts';
import { ethers } from './world.ts';

export interface SignedTokenWorld extends TokenChannelWorld {
  /** The token, with what it does on signatures. */
  signedToken: SignedToken;
}

export interface Permission {
  deadlineSec: bigint;
  v: number;
  r: string;
  s: string;
}

/** What `permit` takes of it, the host's or the token's. */
export function asArguments({ deadlineSec, v, r, s }: Permission): [bigint, number, string, string] {
  return [deadlineSec, v, r, s];
}

export interface AuthorizationTerms {
  from: string;
  to: string;
  value: bigint;
  validAfterSec: bigint;
  validBeforeSec: bigint;
  nonce: string;
}

export const FAR_SEC = 2n ** 40n;
export const DEPOSIT_SALT = id('the first deposit');

const PERMIT = members('address owner, address spender, uint256 value, uint256 nonce, uint256 deadline');
const AUTHORIZATION = members(
  'address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce',
);

/** Fixture: the viewer holds a token that moves on signatures, and approved nothing. */
export async function notOpenedInSignedToken(): Promise<SignedTokenWorld> {
  const world = await notOpenedIn('SignedToken');
  await world.token.connect(world.viewer).approve(world.hostAddress, 0);
  return { ...world, signedToken: await ethers.getContractAt('SignedToken', world.tokenAddress) };
}

/** Fixture: the same, with a channel. */
export async function openedInSignedToken(): Promise<SignedTokenWorld> {
  const world = await notOpenedInSignedToken();
  const { host, hostAddress, viewer, channel, token } = world;
  await token.connect(viewer).approve(hostAddress, DEPOSIT);
  await host.connect(viewer).open(...ofViewer(channel), DEPOSIT);
  return world;
}

/** The owner lets the host take `value`, by EIP-2612. */
export async function permit(
  { signedToken, hostAddress }: SignedTokenWorld,
  owner: Signer & { address: string },
  value: bigint,
): Promise<Permission> {
  const nonce = await signedToken.nonces(owner);
  const message = { owner: owner.address, spender: hostAddress, value, nonce, deadline: FAR_SEC };
  const domain = await domainOfToken(signedToken);
  const { v, r, s } = Signature.from(await owner.signTypedData(domain, { Permit: PERMIT }, message));
  return { deadlineSec: FAR_SEC, v, r, s };
}

/** The viewer sends DEPOSIT to the host for this channel, by EIP-3009, unless told otherwise. */
export async function authorization(
  world: SignedTokenWorld,
  changes: Partial<AuthorizationTerms> = {},
  primaryType = 'ReceiveWithAuthorization',
  signer: Signer = world.viewer,
) {
  const { signedToken, hostAddress, viewer, channelId } = world;
  const terms: AuthorizationTerms = {
    from: viewer.address,
    to: hostAddress,
    value: DEPOSIT,
    validAfterSec: 0n,
    validBeforeSec: FAR_SEC,
    nonce: authorizationNonce(channelId, DEPOSIT_SALT),
    ...changes,
  };
  const { validAfterSec, validBeforeSec } = terms;
  const message = { ...terms, validAfter: validAfterSec, validBefore: validBeforeSec };
  const types = { [primaryType]: AUTHORIZATION };
  const signature = await signer.signTypedData(await domainOfToken(signedToken), types, message);
  const { v, r, s } = Signature.from(signature);
  return { validAfterSec, validBeforeSec, salt: DEPOSIT_SALT, v, r, s };
}

/** Fits one channel and one deposit. */
export function authorizationNonce(channelId: string, salt: string): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'bytes32'], [channelId, salt]));
}

async function domainOfToken(token: SignedToken): Promise<TypedDataDomain> {
  const { name, version, chainId, verifyingContract } = await token.eip712Domain();
  return { name, version, chainId, verifyingContract };
}
