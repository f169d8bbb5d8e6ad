import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { SealedSecret } from '../store/book.ts';
import { SecretDamaged } from './errors.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key of this host under which secrets lie in the records. */
export interface SealingKey {
  /** Names the key, and tells nothing of it. */
  kid: string;
  /** @param of what the secret is of: it opens under the same name alone. */
  seal(secret: Uint8Array, of: string): SealedSecret;
  /** @throws {SecretDamaged} */
  open(sealed: SealedSecret, of: string): Uint8Array<ArrayBuffer>;
}

/** AES-256-GCM. @param key 32 bytes */
export function sealingKey(key: Uint8Array): SealingKey {
  const kid = createHash('sha256').update('stream-host/keys-secret').update(key).digest('hex').slice(0, 16);
  return {
    kid,
    seal(secret, of) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(of));
      const text = Buffer.concat([cipher.update(secret), cipher.final()]);
      return { sealed: Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64'), kid };
    },
    open({ sealed, kid: sealedUnder }, of) {
      const bytes = Buffer.from(sealed, 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
        decipher.setAAD(Buffer.from(of)).setAuthTag(bytes.subarray(-TAG_BYTES));
        const text = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
        return new Uint8Array(Buffer.concat([decipher.update(text), decipher.final()]));
      } catch (cause) {
        throw new SecretDamaged({ of, kid: sealedUnder, cause });
      }
    },
  };
}
