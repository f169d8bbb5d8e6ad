export const SECRET_BYTES = 32;
const SALT = new TextEncoder().encode('stream-host/1');
const BITS = 128;

/** Keys and initialisation vectors of a content, all of its one secret. */
export interface ContentKeys {
  /** The 16 bytes that open a unit. */
  key(unit: number): Promise<Uint8Array<ArrayBuffer>>;
  iv(rendition: number, unit: number): Promise<Uint8Array<ArrayBuffer>>;
  /** AES-128 in CBC mode with PKCS #7, as HLS has it. */
  encrypt(rendition: number, unit: number, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

/** @param secret 32 random bytes of this content alone */
export async function contentKeys(secret: Uint8Array<ArrayBuffer>): Promise<ContentKeys> {
  if (secret.length !== SECRET_BYTES) throw new RangeError(`The secret has ${secret.length} bytes, not 32.`);
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const derive = async (label: string) => {
    const info = new TextEncoder().encode(label);
    return new Uint8Array(
      await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: SALT, info }, base, BITS),
    );
  };
  const key = (unit: number) => derive(`key ${unit}`);
  const iv = (rendition: number, unit: number) => derive(`iv ${rendition} ${unit}`);
  return {
    key,
    iv,
    encrypt: async (rendition, unit, bytes) => {
      const aes = await crypto.subtle.importKey('raw', await key(unit), 'AES-CBC', false, ['encrypt']);
      const vector = await iv(rendition, unit);
      return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv: vector }, aes, bytes));
    },
  };
}

export function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
