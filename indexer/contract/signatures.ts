import { Interface, recoverAddress, Signature, type SignatureLike } from 'ethers';
import { RpcError } from '../rpc/errors.ts';
import { call, type Rpc } from '../rpc/rpc.ts';

/**
 * Whether `account` signed the 32 bytes of `digest`: with its key, else as its code accepts it (ERC-1271). The key is
 * tried first, also where the account has code: one that runs code by EIP-7702 still signs with its key.
 * @param signature a key's in any spelling: `v` of 0 and 1, or 64 bytes (EIP-2098).
 * @returns the signature as the contract takes it, a key's as `r`, `s` and `v` of 27 or 28; `null` when it is none.
 * @throws {RpcError} when the chain can't be asked, retryable.
 */
export type SignatureCheck = (account: string, digest: string, signature: string) => Promise<string | null>;

const ERC1271 = new Interface(['function isValidSignature(bytes32, bytes) view returns (bytes4)']);
/** The function's own selector, as the ABI pads 4 bytes. */
const ACCEPTED = `${ERC1271.getFunction('isValidSignature')?.selector}${'0'.repeat(56)}`;

export function createSignatureCheck(rpc: Rpc): SignatureCheck {
  return async (account, digest, signature) => {
    const own = keySignature(account, digest, signature);
    if (own !== null) return own;
    return (await acceptedByCode(rpc, account, digest, signature)) ? signature : null;
  };
}

/** The same for an account that signs with its key alone. */
export function keySignature(account: string, digest: string, signature: string): string | null {
  const own = ofKey(signature);
  return own && signerOf(digest, own) === account.toLowerCase() ? own.serialized : null;
}

async function acceptedByCode(rpc: Rpc, to: string, digest: string, signature: string): Promise<boolean> {
  const data = ERC1271.encodeFunctionData('isValidSignature', [digest, signature]);
  try {
    return String(await call(rpc, 'eth_call', [{ to, data }, 'latest'])).startsWith(ACCEPTED);
  } catch (error) {
    if (error instanceof RpcError && error.fault === 'refused') return false;
    throw error;
  }
}

/** `null` when it can be no key's: `s` of the upper half is one that somebody else has made of it (EIP-2). */
function ofKey(signature: string): Signature | null {
  try {
    return Signature.from(signature);
  } catch {
    return null;
  }
}

/** In lower case; `null` when it is not the signature of any key. */
export function signerOf(digest: string, signature: SignatureLike): string | null {
  try {
    return recoverAddress(digest, signature).toLowerCase();
  } catch {
    return null;
  }
}
