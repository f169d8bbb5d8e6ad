import { AbiCoder, getAddress, TypedDataEncoder } from 'ethers';
import { RpcError } from '../rpc/errors.ts';
import { call, type Rpc } from '../rpc/rpc.ts';

/** Under which a token checks what is signed for it (EIP-712). */
export interface TokenDomain {
  readonly name: string;
  readonly version: string;
  readonly chainId: number;
  /** The token, checksummed. */
  readonly verifyingContract: string;
}

/**
 * Asks a token for its domain, anew each time: an upgrade may change it.
 * @returns `null` for a token that does not say it, or says what it does not check by.
 * @throws {RpcError} when the chain can't be asked
 */
export type ReadTokenDomain = (token: string) => Promise<TokenDomain | null>;

const EIP712_DOMAIN = '0x84b0196e';
const DOMAIN_SEPARATOR = '0x3644e515';
const NAME = '0x06fdde03';
const VERSION = '0x54fd4d50';
const ABI = AbiCoder.defaultAbiCoder();
/** Name, version, chain and contract, and nothing else. */
const PLAIN_FIELDS = '0x0f';

export function createReadTokenDomain(rpc: Rpc, chainId: number): ReadTokenDomain {
  return async (token) => {
    const verifyingContract = getAddress(token);
    const ask = (data: string) => answered(rpc, verifyingContract, data);
    const [described, separator] = await Promise.all([ask(EIP712_DOMAIN), ask(DOMAIN_SEPARATOR)]);
    const own = described === null ? null : describedIn(described);
    const said = own ?? textsIn(await ask(NAME), await ask(VERSION));
    if (said === null) return null;
    const domain = { name: said.name, version: said.version, chainId, verifyingContract };
    // By EIP-5267 it says all of it itself; a name and a version are believed where they give the hash of it.
    const checked = separator ?? (own && TypedDataEncoder.hashDomain(own));
    return checked === TypedDataEncoder.hashDomain(domain) ? domain : null;
  };
}

/** `null` where the token has no such function. */
async function answered(rpc: Rpc, to: string, data: string): Promise<string | null> {
  try {
    const answer = await call(rpc, 'eth_call', [{ to, data }, 'latest']);
    return typeof answer === 'string' && answer !== '0x' ? answer : null;
  } catch (error) {
    if (error instanceof RpcError && error.fault === 'refused') return null;
    throw error;
  }
}

/** As EIP-5267 writes it. */
function describedIn(answer: string): TokenDomain | null {
  return decoded(() => {
    const types = ['bytes1', 'string', 'string', 'uint256', 'address', 'bytes32', 'uint256[]'];
    const [fields, name, version, chainId, verifyingContract] = ABI.decode(types, answer);
    return fields === PLAIN_FIELDS ? { name, version, chainId: Number(chainId), verifyingContract } : null;
  });
}

function textsIn(name: string | null, version: string | null): { name: string; version: string } | null {
  if (name === null || version === null) return null;
  const text = (answer: string): string => ABI.decode(['string'], answer)[0];
  return decoded(() => ({ name: text(name), version: text(version) }));
}

function decoded<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
