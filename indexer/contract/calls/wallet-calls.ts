import { randomBytes } from 'node:crypto';
import { getAddress, TypedDataEncoder, type TypedDataField, toQuantity } from 'ethers';
import { type Unit, unitNumber } from '../../lib/unit.ts';
import type { Terms } from '../../store/store.ts';
import { hostInterface } from '../interface.ts';

/** A content as its creator puts it on chain. */
export interface Publication {
  readonly cid: string;
  /** The zero address is the native coin. */
  readonly token: string;
  /** In the token's base units. */
  readonly pricePerUnit: bigint;
  readonly providerShareBps: number;
  readonly unit: Unit;
  readonly name: string;
  readonly metadata: string;
}

interface OfContent {
  readonly contentId: string;
}
interface AtUrl extends OfContent {
  readonly url: string;
}
/** Which of the account's channels: all of its parts but the viewer, who is the account. */
interface OfChannel {
  readonly provider: string;
  readonly token: string;
  readonly authorizer: string;
  readonly salt: string;
}
interface Arguments {
  publish: Publication;
  scheduleTerms: OfContent & Readonly<Terms>;
  cancelTerms: OfContent;
  retire: OfContent;
  registerStream: AtUrl;
  updateStream: AtUrl;
  deregisterStream: OfContent;
  initiateWithdraw: OfChannel;
  cancelWithdraw: OfChannel;
}

/** A write of the contract, as `account` makes it itself, or signs it so that somebody else can submit it. */
export type WalletCall = {
  [Name in keyof Arguments]: {
    readonly name: Name;
    readonly args: Arguments[Name];
    readonly account: string;
    readonly contract: string;
  };
}[keyof Arguments];

/** A call that anybody may make as it stands: what it needs of signatures is in its data. */
export interface OpenCall {
  /** For whom it is made. */
  readonly account: string;
  readonly contract: string;
  readonly data: string;
  /** Of the native coin, in base units. */
  readonly value?: bigint;
}

export type CallOf<Name extends WalletCall['name']> = Extract<WalletCall, { name: Name }>;

/** What a wallet adds to a call that it wants somebody else to submit. */
export interface Authorization {
  /** Any number of 256 bits that the account has not used. */
  readonly nonce: bigint;
  /** Unix time; the signature is good up to and including it. */
  readonly deadlineSec: bigint;
  /** 65 bytes of ECDSA, or whatever a smart wallet's `isValidSignature` takes (ERC-1271). */
  readonly signature: string;
}

type SignatureLimits = Pick<Authorization, 'nonce' | 'deadlineSec'>;

/** EIP-712, as JSON that `eth_signTypedData_v4` takes; integers of the message are decimal text. */
export interface TypedData {
  readonly domain: { name: string; version: string; chainId: number; verifyingContract: string };
  /** With `EIP712Domain`, which ethers' `signTypedData` wants left out. */
  readonly types: Readonly<Record<string, TypedDataField[]>>;
  readonly primaryType: string;
  readonly message: Readonly<Record<string, string | boolean>>;
}

/** The same call, to be sent by the wallet itself; `value` in hex, as `eth_sendTransaction` takes it. */
export interface UnsignedTransaction {
  readonly from: string;
  readonly to: string;
  readonly data: string;
  readonly value: string;
  readonly chain_id: number;
}

/** The two ways on for a wallet: sign, or send. */
export interface ToSign {
  readonly typed_data: TypedData;
  readonly transaction: UnsignedTransaction;
}

const GOOD_FOR_SEC = 3_600;
const NONCE_BYTES = 16;

const CONTENT_ID = field('bytes32', 'contentId');
const URL = field('string', 'url');
const CHANNEL = [
  field('address', 'provider'),
  field('address', 'token'),
  field('address', 'authorizer'),
  field('bytes32', 'salt'),
];
const TERMS = [field('uint256', 'pricePerUnit'), field('uint16', 'providerShareBps'), field('uint8', 'unit')];
/** What is signed between the account and the nonce: the arguments, in the contract's order. */
const FIELDS: Readonly<Record<WalletCall['name'], TypedDataField[]>> = {
  publish: [
    field('string', 'cid'),
    field('address', 'token'),
    ...TERMS,
    field('string', 'name'),
    field('string', 'metadata'),
  ],
  scheduleTerms: [CONTENT_ID, ...TERMS],
  cancelTerms: [CONTENT_ID],
  retire: [CONTENT_ID],
  registerStream: [CONTENT_ID, URL],
  updateStream: [CONTENT_ID, URL],
  deregisterStream: [CONTENT_ID],
  initiateWithdraw: CHANNEL,
  cancelWithdraw: CHANNEL,
};

/** A call for a wallet to sign, under a fresh nonce and for an hour, or to send as it is. */
export function toSign(call: WalletCall, chainId: number, nowSec: number): ToSign {
  const nonce = BigInt(`0x${randomBytes(NONCE_BYTES).toString('hex')}`);
  const typed_data = typedDataOf(call, chainId, { nonce, deadlineSec: BigInt(nowSec + GOOD_FOR_SEC) });
  return { typed_data, transaction: transactionOf(call, chainId) };
}

/** A call as the account itself sends it. */
export function transactionOf(call: WalletCall | OpenCall, chainId: number): UnsignedTransaction {
  const [from, to] = [getAddress(call.account), getAddress(call.contract)];
  const { data, value = 0n } = 'data' in call ? call : { data: calldataOf(call) };
  return { from, to, data, value: toQuantity(value), chain_id: chainId };
}

export function typedDataOf(call: WalletCall, chainId: number, limits: SignatureLimits): TypedData {
  const { domain, types, message } = signable(call, chainId, limits);
  const payload: TypedData = TypedDataEncoder.getPayload(domain, types, message);
  // Every wallet takes a number; ethers writes hex.
  return { ...payload, domain: { ...payload.domain, chainId } };
}

/** The 32 bytes that a signature of the typed data signs. */
export function digestOf(call: WalletCall, chainId: number, limits: SignatureLimits): string {
  const { domain, types, message } = signable(call, chainId, limits);
  return TypedDataEncoder.hash(domain, types, message);
}

/** Calldata with which the account makes the call itself. */
export function calldataOf(call: WalletCall): string {
  return hostInterface.encodeFunctionData(call.name, argumentsOf(call));
}

/** Calldata with which anybody submits the call of the account: its `…BySig` twin. */
export function relayedCalldata(call: WalletCall, { nonce, deadlineSec, signature }: Authorization): string {
  // Of a channel the account is one of the parts.
  const whose = [call.account, ...argumentsOf(call)];
  const args = [...(isExit(call) ? [whose] : whose), nonce, deadlineSec, signature];
  return hostInterface.encodeFunctionData(`${call.name}BySig`, args);
}

/** Whether a viewer leaves a channel by it, or stays. */
export function isExit({ name }: Pick<WalletCall, 'name'>): boolean {
  return name === 'initiateWithdraw' || name === 'cancelWithdraw';
}

function signable(
  { name, account, contract, args }: WalletCall,
  chainId: number,
  { nonce, deadlineSec }: SignatureLimits,
) {
  const primaryType = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const tail = [field('uint256', 'nonce'), field('uint256', 'deadline')];
  const whose = isExit({ name }) ? 'viewer' : 'account';
  const fields = [field('address', whose), ...FIELDS[name], ...tail];
  return {
    domain: { name: 'StreamHost', version: '1', chainId, verifyingContract: contract },
    types: { [primaryType]: fields },
    message: { ...asOnChain(args), [whose]: account, nonce, deadline: deadlineSec },
  };
}

function argumentsOf({ name, args }: WalletCall): unknown[] {
  const values = asOnChain(args);
  return name === 'publish' ? [values] : FIELDS[name].map((each) => values[each.name]);
}

function asOnChain(args: WalletCall['args']): Readonly<Record<string, unknown>> {
  return 'unit' in args ? { ...args, unit: unitNumber(args.unit) } : { ...args };
}

function field(type: string, name: string): TypedDataField {
  return { name, type };
}
