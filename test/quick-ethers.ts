import { createRequire } from 'node:module';
import { Interface, type InterfaceAbi, keccak256, Signature, SigningKey } from 'ethers';
import { pointFromScalar, recover, signRecoverable } from 'tiny-secp256k1';

/**
 * Loaded into each process that runs tests side by side: ethers with the same answers for less of the processor's time,
 * which tests of the chain spend on keys, hashes and ABIs for the greater part. What is not plainly right goes to
 * ethers itself, which words what is wrong with it. Processes that tests start have ethers as it is.
 */
export const plain = {
  sign: SigningKey.prototype.sign,
  computePublicKey: SigningKey.computePublicKey,
  recoverPublicKey: SigningKey.recoverPublicKey,
  keccak256: keccak256._,
  interfaceFrom: Interface.from,
};

/** What Hardhat's own chain hashes by, in machine code. */
const edr = createRequire(createRequire(import.meta.url).resolve('hardhat'))('@nomicfoundation/edr');
const DIGEST = /^0x[0-9a-f]{64}$/i;
const byText = new Map<string, Interface>();
const known = new WeakMap<object, Interface>();

keccak256.register((data) => edr.keccak256(data));

SigningKey.prototype.sign = function (digest) {
  const made = attempt(() => signRecoverable(bytesOf(digest), bytesOf(this.privateKey)));
  if (made === null) return plain.sign.call(this, digest);
  const [r, s] = [made.signature.subarray(0, 32), made.signature.subarray(32)].map(hexOf);
  return Signature.from({ r, s, v: 27 + made.recoveryId } as { r: string; s: string; v: 27 | 28 });
};

SigningKey.computePublicKey = (key, compressed = false) => {
  const point = attempt(() => pointFromScalar(bytesOf(key), compressed));
  return point === null ? plain.computePublicKey(key, compressed) : hexOf(point);
};

SigningKey.recoverPublicKey = (digest, signature) => {
  const { r, s, yParity } = Signature.from(signature);
  const both = () => Buffer.concat([bytesOf(r), bytesOf(s)]);
  const key = attempt(() => recover(bytesOf(digest), both(), yParity, false));
  return key === null ? plain.recoverPublicKey(digest, signature) : hexOf(key);
};

/** An ABI is read once, however many contracts have it, and however often its file is read. */
Interface.from = (abi: InterfaceAbi | Interface) => {
  if (!Array.isArray(abi)) return plain.interfaceFrom(abi);
  const own = known.get(abi) ?? sameText(abi);
  known.set(abi, own);
  return own;
};

function sameText(abi: InterfaceAbi): Interface {
  const text = JSON.stringify(abi);
  const own = byText.get(text) ?? plain.interfaceFrom(abi);
  byText.set(text, own);
  return own;
}

/** Of 32 bytes; @throws where it is anything else, and then ethers is asked. */
function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array && value.length === 32) return value;
  if (typeof value === 'string' && DIGEST.test(value)) return Buffer.from(value.slice(2), 'hex');
  throw new RangeError('not 32 bytes');
}

function hexOf(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`;
}

function attempt<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null;
  }
}
