import { lagging } from '../../rpc/errors.ts';
import type { RawLog } from '../../rpc/log.ts';
import type { BlockRef } from '../../store/rows.ts';
import { type Header, toHeader } from '../../sync/header.ts';
import { headerHash, unknownFields } from './header-hash.ts';
import { listRoot } from './list-root.ts';
import { receiptBytes, UnknownType } from './receipt-bytes.ts';
import { Unproven } from './unproven.ts';

type Answer = Readonly<Record<string, unknown>>;

export interface ProvenHeader extends Header {
  receiptsRoot: string;
}

/** @throws {Unproven} where the answer is not the block with this hash; {RpcError} where there is none. */
export function provenHeader(answer: unknown, { number, hash }: BlockRef): ProvenHeader {
  const header = toHeader(answer, `block ${number}`);
  const fields = answer as Answer;
  const made = orWrong(number, () => headerHash(fields));
  if (made === hash && header.number === number)
    return { ...header, hash, receiptsRoot: String(fields.receiptsRoot).toLowerCase() };
  const unknown = header.hash === hash ? unknownFields(fields) : [];
  if (unknown.length > 0)
    throw new Unproven({ block: number, word: 'unknown', why: `whose header has ${unknown.join(', ')}` });
  throw wrong(number, `whose header makes the hash ${made} and not ${hash}`);
}

/**
 * The logs of some contracts in receipts. The hashes of their transactions are as the endpoint tells: receipts do not hold them.
 * @throws {Unproven} where the receipts are not those of the block; {RpcError} where there are none.
 */
export function provenLogs(
  answers: readonly unknown[],
  header: ProvenHeader,
  contracts: ReadonlySet<string>,
): RawLog[] {
  const { number, receiptsRoot } = header;
  if (answers.some((answer) => (answer ?? null) === null))
    throw lagging(`has no receipts of block ${number}`);
  const receipts = answers as Answer[];
  const made = orWrong(number, () => listRoot(receipts.map(receiptBytes)));
  if (made !== receiptsRoot)
    throw wrong(number, `whose receipts make the root ${made} and not ${receiptsRoot}`);
  return receipts
    .flatMap(({ logs, transactionHash }) => (logs as Answer[]).map((log) => ({ log, transactionHash })))
    .map(({ log, transactionHash }, logIndex) => ({
      address: String(log.address).toLowerCase(),
      topics: (log.topics as string[]).map((topic) => topic.toLowerCase()),
      data: String(log.data).toLowerCase(),
      blockNumber: number,
      blockHash: header.hash,
      txHash: String(transactionHash).toLowerCase(),
      logIndex,
    }))
    .filter(({ address }) => contracts.has(address));
}

function orWrong(block: number, make: () => string): string {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof UnknownType)
      throw new Unproven({ block, word: 'unknown', why: `which holds ${cause.message}`, cause });
    if (cause instanceof TypeError) throw wrong(block, cause.message);
    throw cause;
  }
}

function wrong(block: number, why: string): Unproven {
  return new Unproven({ block, word: 'wrong', why });
}
