import type { CipherSuite } from '@hpke/core';
import { errorWith } from '../../lib/errors.ts';

/** HPKE (RFC 9180), base mode: X25519 and HKDF-SHA256, HKDF-SHA256, AES-128-GCM. Loaded with the first grant. */
async function newSuite(): Promise<CipherSuite> {
  const { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } = await import('@hpke/core');
  return new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes128Gcm(),
  });
}

let loading: Promise<CipherSuite> | undefined;
function loadedSuite(): Promise<CipherSuite> {
  loading ??= newSuite();
  return loading;
}

const INFO = new TextEncoder().encode('stream-host/1 key grant');
const KEY_BYTES = 32;

/** What a box is for: put elsewhere it does not open. Addresses and ids in any case. */
export interface BoxOf {
  chainId: number;
  contract: string;
  contentId: string;
  /** Canonical. */
  cidKey: string;
  provider: string;
}

/** Something that only who holds the private key of its recipient opens. */
export interface SealedBox {
  /** The sender's part of the key exchange, 32 bytes. */
  enc: Uint8Array;
  ciphertext: Uint8Array;
}

/** No public key that anything can be sealed to. */
export class RecipientUnfit extends errorWith<{ recipient: string }>(
  ({ recipient }) => `Nothing can be sealed to ${recipient}: it is no public key of X25519.`,
) {}

/** @param recipient 32 bytes in hex. @throws {RecipientUnfit} */
export async function sealTo(recipient: string, secret: Uint8Array, of: BoxOf): Promise<SealedBox> {
  const publicKey = exact(Buffer.from(recipient.replace(/^0x/, ''), 'hex'));
  const suite = await loadedSuite();
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(publicKey);
    const sealed = await suite.seal({ recipientPublicKey, info: INFO }, exact(secret), boundTo(of));
    return { enc: new Uint8Array(sealed.enc), ciphertext: new Uint8Array(sealed.ct) };
  } catch (cause) {
    throw new RecipientUnfit({ recipient, cause });
  }
}

/** A key pair for one answer. Its private half never leaves this object. */
export interface BoxRecipient {
  /** 32 bytes in hex. */
  readonly publicKey: string;
  /** Rejects what was not sealed to this key for just this. */
  open(box: SealedBox, of: BoxOf): Promise<Uint8Array<ArrayBuffer>>;
}

export async function newRecipient(): Promise<BoxRecipient> {
  const suite = await loadedSuite();
  const recipientKey = await suite.kem.generateKeyPair();
  const publicKey = await suite.kem.serializePublicKey(recipientKey.publicKey);
  return {
    publicKey: `0x${Buffer.from(publicKey).toString('hex')}`,
    async open({ enc, ciphertext }, of) {
      const opened = await suite.open(
        { recipientKey, enc: exact(enc), info: INFO },
        exact(ciphertext),
        boundTo(of),
      );
      const secret = new Uint8Array(opened);
      if (secret.length !== KEY_BYTES) throw new RangeError('what is in the box is no secret of a content');
      return secret;
    },
  };
}

function boundTo({ chainId, contract, contentId, cidKey, provider }: BoxOf): ArrayBuffer {
  const facts = [chainId, contract.toLowerCase(), contentId.toLowerCase(), cidKey, provider.toLowerCase()];
  return exact(new TextEncoder().encode(facts.join('\n')));
}

/** A buffer of just these bytes. */
function exact(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
