import { toQuantity } from 'ethers';
import { errorWith } from '../../lib/errors.ts';
import { lagging, RpcError } from '../../rpc/errors.ts';
import { call } from '../../rpc/rpc.ts';
import type { BlockRef } from '../../store/rows.ts';
import { toHeader } from '../../sync/header.ts';
import type { NamedEndpoint } from './prover.ts';

interface Said {
  name: string;
  hash: string;
}

/** Endpoints name different blocks: one of them is wrong, and nothing here says which. */
export class Disagreement extends errorWith<{ block: number; said: readonly Said[] }>(
  ({ block, said }) =>
    `The endpoints do not agree on block ${block}: ${said.map(({ name, hash }) => `${name} says ${hash}`).join(', ')}.`,
) {}

/**
 * The block of a number, where all endpoints that answer say the same.
 * @returns also by how many of them
 * @throws {Disagreement}, {RpcError} where none answers, the signal's reason
 */
export async function agreedOn(
  endpoints: readonly NamedEndpoint[],
  number: number,
  signal?: AbortSignal,
): Promise<BlockRef & { by: number }> {
  const asked = endpoints.map(async ({ name, rpc }): Promise<Said | null> => {
    try {
      const answer = await call(rpc, 'eth_getBlockByNumber', [toQuantity(number), false], signal);
      return { name, hash: toHeader(answer, `block ${number}`).hash };
    } catch (error) {
      if (error instanceof RpcError) return null;
      throw error;
    }
  });
  const said = (await Promise.all(asked)).filter((one) => one !== null);
  const [first] = said;
  if (!first) throw lagging(`has no block ${number}, and no other endpoint has`);
  if (said.some(({ hash }) => hash !== first.hash)) throw new Disagreement({ block: number, said });
  return { number, hash: first.hash, by: said.length };
}
