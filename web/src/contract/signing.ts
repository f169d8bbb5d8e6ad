import type { TypedDataField } from 'ethers';
import type { ContractCall } from './calls.ts';

/** A wallet's signed consent to a call. Whole numbers are decimal text, as the host takes them. */
export interface Authorization {
  nonce: string;
  /** Unix time. */
  deadline: string;
  signature: string;
}

/** A call that others can submit with the wallet's signature. */
export type SignableCall = Exclude<ContractCall, { name: 'payView' | 'withdraw' }>;

/** EIP-712, as ethers takes it. */
export interface TypedCall {
  domain: { name: string; version: string; chainId: number; verifyingContract: string };
  types: Record<string, TypedDataField[]>;
  message: Record<string, unknown>;
}

const GOOD_FOR_SEC = 3_600;

/** The typed data of a call, made here and not by the host: a wallet signs what the page shows. */
export function typedCall(
  call: SignableCall,
  where: { account: string; chainId: number; contract: string },
  once: { nonce: bigint; deadline: bigint },
): TypedCall {
  const primaryType = call.name.charAt(0).toUpperCase() + call.name.slice(1);
  const between = FIELDS[call.name];
  const types = [field('address account'), ...between, field('uint256 nonce'), field('uint256 deadline')];
  return {
    domain: domainOf(where),
    types: { [primaryType]: types },
    message: { account: where.account, ...argumentsOf(call, between), ...once },
  };
}

/** The domain of everything that is signed for the contract. */
export function domainOf({ chainId, contract }: { chainId: number; contract: string }): TypedCall['domain'] {
  return { name: 'StreamHost', version: '1', chainId, verifyingContract: contract };
}

/** A nonce that nobody has used, and an hour. */
export function freshOnce(nowMs: number): { nonce: bigint; deadline: bigint } {
  const random = crypto.getRandomValues(new BigUint64Array(2));
  const nonce = random.reduce((sum, part) => (sum << 64n) | part, 0n);
  return { nonce, deadline: BigInt(Math.floor(nowMs / 1000) + GOOD_FOR_SEC) };
}

const CONTENT_ID = field('bytes32 contentId');
const URL = field('string url');
/** The fields of each signed call between account and nonce. */
const FIELDS: Readonly<Record<SignableCall['name'], TypedDataField[]>> = {
  publish: [
    'string cid',
    'address token',
    'uint256 pricePerUnit',
    'uint16 providerShareBps',
    'uint8 unit',
    'string name',
    'string metadata',
  ].map(field),
  scheduleTerms: [
    CONTENT_ID,
    ...['uint256 pricePerUnit', 'uint16 providerShareBps', 'uint8 unit'].map(field),
  ],
  retire: [CONTENT_ID],
  cancelTerms: [CONTENT_ID],
  registerStream: [CONTENT_ID, URL],
  updateStream: [CONTENT_ID, URL],
  deregisterStream: [CONTENT_ID],
};

function argumentsOf({ name, args }: SignableCall, fields: readonly TypedDataField[]): object {
  if (name === 'publish') return { ...args[0] };
  const values: readonly unknown[] = args;
  return Object.fromEntries(fields.map((each, index) => [each.name, values[index]]));
}

export function field(declared: string): TypedDataField {
  const [type = '', name = ''] = declared.split(' ');
  return { type, name };
}
