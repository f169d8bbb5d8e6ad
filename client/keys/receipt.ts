import { recoverAddress } from 'ethers';
import { type Deployment, digestOf, typesOf } from '../typed-data.ts';

/** What a seller has signed: it gave a key with this hash for this unit. */
export interface Receipt {
  content_id: string;
  unit: number;
  key_hash: string;
  payment: string;
  payer: string;
  issued_at_sec: number;
  signature: string;
}

const TYPES = typesOf({
  Receipt: 'bytes32 contentId,uint32 unit,bytes32 keyHash,bytes32 payment,address payer,uint64 issuedAtSec',
});

/**
 * Whether a receipt is of this unit, and signed by one of these: the provider, or whom it named its delegate.
 * @param keyHash SHA-256 of the key that came, in hex without 0x
 */
export function isReceiptOf(
  value: object,
  { contentId, unit, keyHash }: { contentId: string; unit: number; keyHash: string },
  signers: readonly string[],
  where: Deployment,
): value is Receipt {
  const said = value as Receipt;
  const { content_id, key_hash, signature } = said;
  try {
    const message = { ...said, contentId: content_id, keyHash: key_hash, issuedAtSec: said.issued_at_sec };
    const signer = recoverAddress(digestOf(where, TYPES, message), signature).toLowerCase();
    const isOfUnit = said.unit === unit && content_id.toLowerCase() === contentId;
    const isOfKey = key_hash.toLowerCase().replace(/^0x/, '') === keyHash;
    return isOfUnit && isOfKey && signers.some((each) => each.toLowerCase() === signer);
  } catch {
    return false;
  }
}
