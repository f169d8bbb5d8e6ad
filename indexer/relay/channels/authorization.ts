import { randomBytes } from 'node:crypto';
import { AbiCoder, keccak256, Signature, type TypedDataDomain, TypedDataEncoder } from 'ethers';
import type { OpenCall, TypedData } from '../../contract/calls/wallet-calls.ts';
import { hostInterface } from '../../contract/interface.ts';
import { type Channel, channelIdOf } from './channel.ts';

/** Under which terms a token lets the contract take a deposit (EIP-3009); times are Unix seconds. */
export interface AuthorizationTerms {
  readonly validAfterSec: bigint;
  readonly validBeforeSec: bigint;
  /** 32 bytes; with the channel it is the nonce, so that it fits no other channel. */
  readonly salt: string;
}

/** Money of the viewer for one of its channels, at one deployment. */
export interface Deposit {
  readonly contract: string;
  readonly channel: Channel;
  /** Base units. */
  readonly amount: bigint;
}

/** Good for less than what is taken, so that clocks need not agree. */
const GOOD_FOR_SEC = 540n;
const TYPES = {
  ReceiveWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
};

export function freshTerms(nowSec: number): AuthorizationTerms {
  const salt = `0x${randomBytes(32).toString('hex')}`;
  return { validAfterSec: 0n, validBeforeSec: BigInt(nowSec) + GOOD_FOR_SEC, salt };
}

/** The token's own nonce of an authorisation. */
export function nonceOf({ channel }: Deposit, { salt }: AuthorizationTerms): string {
  const id = channelIdOf(channel);
  return keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'bytes32'], [id, salt]));
}

/** What the viewer signs. */
export function authorizationData(
  deposit: Deposit,
  terms: AuthorizationTerms,
  domain: TypedData['domain'],
): TypedData {
  const payload: TypedData = TypedDataEncoder.getPayload(domain, TYPES, messageOf(deposit, terms));
  // Every wallet takes a number; ethers writes hex.
  return { ...payload, domain };
}

/** The 32 bytes that a signature of it signs. */
export function authorizationDigest(
  deposit: Deposit,
  terms: AuthorizationTerms,
  domain: TypedDataDomain,
): string {
  return TypedDataEncoder.hash(domain, TYPES, messageOf(deposit, terms));
}

/** The call by which anybody makes the deposit. @param signature 65 bytes. */
export function authorizedCall(
  { contract, channel, amount }: Deposit,
  { validAfterSec, validBeforeSec, salt }: AuthorizationTerms,
  signature: string,
  isOpen: boolean,
): OpenCall {
  const { v, r, s } = Signature.from(signature);
  const authorization = { validAfterSec, validBeforeSec, salt, v, r, s };
  const data = isOpen
    ? hostInterface.encodeFunctionData('depositWithAuthorization', [
        channel,
        channel.viewer,
        amount,
        authorization,
      ])
    : hostInterface.encodeFunctionData('openWithAuthorization', [channel, amount, authorization]);
  return { account: channel.viewer, contract, data };
}

function messageOf({ contract, channel, amount }: Deposit, terms: AuthorizationTerms) {
  const { validAfterSec, validBeforeSec } = terms;
  return {
    from: channel.viewer,
    to: contract,
    value: amount,
    validAfter: validAfterSec,
    validBefore: validBeforeSec,
    nonce: nonceOf({ contract, channel, amount }, terms),
  };
}
