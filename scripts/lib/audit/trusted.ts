import { toQuantity } from 'ethers';
import { messageOf } from '../../../indexer/lib/errors.ts';
import type { NamedEndpoint } from '../../../indexer/proof/block/prover.ts';
import { call } from '../../../indexer/rpc/rpc.ts';
import type { BlockRef } from '../../../indexer/store/rows.ts';
import { toHeader } from '../../../indexer/sync/header.ts';
import { CliError } from '../cli.ts';

/** The block of a hash that a person trusts; that it is this block, the proof shows. @throws {CliError} */
export async function blockOfHash(endpoints: readonly NamedEndpoint[], hash: string): Promise<BlockRef> {
  const reasons: string[] = [];
  for (const { name, rpc } of endpoints) {
    try {
      const { number } = toHeader(await call(rpc, 'eth_getBlockByHash', [hash, false]), `block ${hash}`);
      return { number, hash };
    } catch (error) {
      reasons.push(`${name}: ${messageOf(error)}`);
    }
  }
  throw new CliError(`No endpoint has the block of --trusted. ${reasons.join('; ')}`);
}

/** The block of a number, where all endpoints that answer say the same. @throws {CliError} */
export async function agreedBlock(
  endpoints: readonly NamedEndpoint[],
  number: number,
): Promise<BlockRef & { by: number }> {
  const said = await Promise.all(
    endpoints.map(async ({ name, rpc }) => {
      const asked = call(rpc, 'eth_getBlockByNumber', [toQuantity(number), false]);
      const header = await asked.then((answer) => toHeader(answer, `block ${number}`)).catch(() => null);
      return { name, hash: header?.hash ?? null };
    }),
  );
  const answers = said.filter(({ hash }) => hash !== null);
  const [first] = answers;
  if (!first?.hash) throw new CliError(`No endpoint answers block ${number}.`);
  if (answers.some(({ hash }) => hash !== first.hash)) {
    const words = answers.map(({ name, hash }) => `${name} says ${hash}`).join(', ');
    throw new CliError(
      `The endpoints do not agree on block ${number}: ${words}. Name the one you trust: --trusted HASH.`,
    );
  }
  return { number, hash: first.hash, by: answers.length };
}
