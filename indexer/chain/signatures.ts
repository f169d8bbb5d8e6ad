import { Interface, recoverAddress } from 'ethers';
import { call, type Rpc } from './rpc.ts';
import { RpcError } from './rpc-errors.ts';

/**
 * Whether `account` signed the 32 bytes of `digest`: with its key, else as its code accepts it (ERC-1271). The key is
 * tried first, also where the account has code: one that runs code by EIP-7702 still signs with its key.
 * @throws {RpcError} when the chain can't be asked, retryable.
 */
export type SignatureCheck = (account: string, digest: string, signature: string) => Promise<boolean>;

const ERC1271 = new Interface(['function isValidSignature(bytes32, bytes) view returns (bytes4)']);
/** The function's own selector, as the ABI pads 4 bytes. */
const ACCEPTED = `${ERC1271.getFunction('isValidSignature')?.selector}${'0'.repeat(56)}`;

export function createSignatureCheck(rpc: Rpc): SignatureCheck {
  return async (account, digest, signature) =>
    signerOf(digest, signature) === account.toLowerCase() || acceptedByCode(rpc, account, digest, signature);
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

/** In lower case; `null` when it is not the signature of any key. */
function signerOf(digest: string, signature: string): string | null {
  try {
    return recoverAddress(digest, signature).toLowerCase();
  } catch {
    return null;
  }
}
