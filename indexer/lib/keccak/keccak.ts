import { moduleBytes, ROUNDS, STATE } from './permutation.ts';

/** Of keccak-256, in bytes. */
const RATE = 136;

/** Node has it, and its types stand among those of browsers. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: { m: { buffer: ArrayBuffer }; f: () => void } };
};

/**
 * Keccak-256 by a WebAssembly module that is put together at the start: with numbers of 64 bits, which JavaScript lacks, it takes a
 * tenth of the time of ethers' own.
 */
export function keccak(data: Uint8Array): Buffer {
  memory.fill(0, 0, STATE);
  let at = 0;
  for (; at + RATE <= data.length; at += RATE) {
    absorb(data.subarray(at, at + RATE));
    permute();
  }
  absorb(data.subarray(at));
  absorb([1], data.length - at);
  absorb([0x80], RATE - 1);
  permute();
  return Buffer.from(memory.subarray(0, 32));
}

function absorb(bytes: ArrayLike<number>, from = 0): void {
  for (let at = 0; at < bytes.length; at += 1)
    memory[from + at] = (memory[from + at] ?? 0) ^ (bytes[at] ?? 0);
}

const { memory, permute } = instantiated();

function instantiated(): { memory: Uint8Array; permute: () => void } {
  const { m, f } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes())).exports;
  const constants = new BigUint64Array(m.buffer, STATE, ROUNDS);
  constants.set(roundConstants());
  return { memory: new Uint8Array(m.buffer), permute: f };
}

/** Bits of a shift register (FIPS 202, 3.2.5). */
function roundConstants(): bigint[] {
  let register = 1;
  const next = () => {
    const bit = register & 1;
    register = register & 0x80 ? ((register << 1) ^ 0x71) & 0xff : register << 1;
    return bit;
  };
  return Array.from({ length: ROUNDS }, () =>
    Array.from({ length: 7 }, (_, power) => (next() ? 1n << BigInt(2 ** power - 1) : 0n)).reduce(
      (a, b) => a | b,
    ),
  );
}
