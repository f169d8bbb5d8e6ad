import { expect } from 'chai';
import { AbiCoder, type FunctionFragment, getBytes, hexlify, type ParamType } from 'ethers';
import { opened } from './channels.ts';
import { ethers, networkHelpers, node } from './world.ts';

const { loadFixture } = networkHelpers;
const WORD = 32;
const HUGE = 2n ** 256n - 1n;
const DONE = 'done';

/** Any value of this type; addresses are the caller's, so that it may act for them. */
function anyValue(type: ParamType, caller: string): unknown {
  if (type.arrayChildren) return [anyValue(type.arrayChildren, caller)];
  if (type.components) return type.components.map((member) => anyValue(member, caller));
  if (type.type === 'address') return caller;
  if (type.type === 'bytes32') return `0x${'01'.repeat(WORD)}`;
  if (type.type === 'string') return 'text';
  return type.type === 'bytes' ? '0x' : 1n;
}

function isDynamic(type: ParamType): boolean {
  if (type.arrayChildren || type.type === 'string' || type.type === 'bytes') return true;
  return type.components?.some(isDynamic) ?? false;
}

interface Place {
  name: string;
  at: number;
  kind: 'narrow' | 'offset' | 'length' | 'whole';
}

/** Where the words of an encoding stand that is laid out as encoders do, from `start` on. */
function places(types: readonly ParamType[], encoded: Uint8Array, start: number, path = ''): Place[] {
  let at = start;
  return types.flatMap((type): Place[] => {
    const here = at;
    const name = `${path}${type.name || 'element'}`;
    if (!isDynamic(type)) {
      at += type.components ? WORD * type.components.length : WORD;
      if (type.components) return places(type.components, encoded, here, `${name}.`);
      return [{ name, at: here, kind: /^(address|u?int(?!256).*)$/.test(type.type) ? 'narrow' : 'whole' }];
    }
    at += WORD;
    const tail = start + Number(BigInt(hexlify(encoded.slice(here, here + WORD))));
    const offset: Place = { name, at: here, kind: 'offset' };
    if (type.components) return [offset, ...places(type.components, encoded, tail, `${name}.`)];
    const length: Place = { name, at: tail, kind: 'length' };
    if (!type.arrayChildren) return [offset, length];
    return [offset, length, ...places([type.arrayChildren], encoded, tail + WORD, `${name}.`)];
  });
}

function withWord(data: Uint8Array, at: number, word: bigint): string {
  const changed = Uint8Array.from(data);
  changed.set(getBytes(ethers.toBeHex(word, WORD)), at);
  return hexlify(changed);
}

/** What the caller's call answers: DONE, or the data that it reverts with. */
async function answer(from: string, to: string, data: string): Promise<string> {
  try {
    await node.request({ method: 'eth_call', params: [{ from, to, data }, 'latest'] });
    return DONE;
  } catch (error) {
    return String((error as { data?: unknown }).data ?? error);
  }
}

describe('calldata', () => {
  it('with dirty upper bits, or offsets and lengths beyond its end, is refused in every argument', async () => {
    const { host, hostAddress, viewer } = await loadFixture(opened);
    const accepted: string[] = [];
    for (const fragment of host.interface.fragments) {
      if (fragment.type !== 'function') continue;
      const { name, inputs, selector } = fragment as FunctionFragment;
      const values = inputs.map((type) => anyValue(type, viewer.address));
      const encoded = getBytes(AbiCoder.defaultAbiCoder().encode(inputs, values));
      const clean = await answer(viewer.address, hostAddress, selector + hexlify(encoded).slice(2));
      for (const { name: argument, at, kind } of places(inputs, encoded, 0)) {
        if (kind === 'whole') continue;
        const word = BigInt(hexlify(encoded.slice(at, at + WORD)));
        const data = withWord(encoded, at, kind === 'narrow' ? word | (1n << 255n) : HUGE);
        const answered = await answer(viewer.address, hostAddress, selector + data.slice(2));
        // Or it fails as it does without, before it looks there.
        if (answered !== '0x' && (answered !== clean || clean === DONE))
          accepted.push(`${name} ${argument} ${kind}: ${answered}`);
      }
    }
    expect(accepted).to.deep.equal([]);
  });
});
