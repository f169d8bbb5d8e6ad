import { messageOf } from '../../../indexer/lib/errors.ts';
import { agreedOn, Disagreement } from '../../../indexer/proof/block/agreed.ts';
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
export async function agreedBlock(endpoints: readonly NamedEndpoint[], number: number) {
  return await agreedOn(endpoints, number).catch((cause: unknown) => {
    if (!(cause instanceof Disagreement)) throw cause;
    throw new CliError(`${cause.message} Name the one you trust: --trusted HASH.`, { cause });
  });
}
