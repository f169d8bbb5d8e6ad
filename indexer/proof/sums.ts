import { toQuantity, ZeroAddress } from 'ethers';
import { termsInForce } from '../contract/effective-terms.ts';
import { hostInterface } from '../contract/interface.ts';
import { type ContractTerms, readTerms } from '../contract/terms-of.ts';
import { RpcError } from '../rpc/errors.ts';
import type { Rpc, RpcCall } from '../rpc/rpc.ts';
import type { BlockRef, ChainTable, IndexedBlock, RowChange, Value } from '../store/rows.ts';
import type { Catalogue, Completeness, ContentRow } from '../store/store.ts';

export interface Differences {
  /** Of what the contract alone decides: records and chain do not agree. */
  states: string[];
  /** Of what anybody can change by sending money, and a token at will: a hint. */
  balances: string[];
}

interface Question {
  call: RpcCall;
  /** Whether the answer is what the records have. */
  agrees(answer: string): boolean;
  what: string;
}

type Row = Pick<RowChange, 'table' | 'key'>;

/** Of the rows that the contract can be asked about. */
const ASKED_TABLES: readonly ChainTable[] = ['credits', 'streams', 'content_metadata'];

const MAX_TOUCHED = 2_000;
const BALANCE_OF = '0x70a08231';

export interface SumsOptions {
  rpc: Rpc;
  store: Completeness & Pick<Catalogue, 'contentById' | 'stream'>;
  contracts: readonly string[];
}

/** Compares the records with the state of the contracts at the same block. */
export class Sums {
  readonly #options: SumsOptions;
  readonly #touched = new Map<string, Row>();

  constructor(options: SumsOptions) {
    this.#options = options;
  }

  /** Notes which accounts, contents and streams the blocks have touched: these are compared. */
  touched(blocks: readonly IndexedBlock[]): void {
    for (const { changes } of blocks) {
      if (this.#touched.size >= MAX_TOUCHED) return;
      for (const change of changes) {
        if (ASKED_TABLES.includes(change.table)) this.#note(change);
        else if (change.earnedAtSec !== undefined) this.#noteEarners(change);
      }
    }
  }

  #noteEarners({ set = {} }: RowChange): void {
    const { contract = null, token = null } = set;
    for (const account of [set.creator_wallet ?? null, set.provider_wallet ?? null])
      this.#note({ table: 'credits', key: { account, contract, token } });
  }

  #note({ table, key }: Row): void {
    const name = `${table} ${Object.values(key).join(' ')}`;
    if (!this.#touched.has(name)) this.#touched.set(name, { table, key });
  }

  /** What was touched so far is compared. */
  forget(): void {
    this.#touched.clear();
  }

  /** @throws {RpcError} */
  async compare({ number }: BlockRef): Promise<Differences> {
    const block = toQuantity(number);
    const { rpc } = this.#options;
    const rows = [...this.#touched.values()];
    const asked = await Promise.all(rows.map((row) => this.#stateQuestion(row, block)));
    const states = await disagreeing(rpc, asked);
    return { states, balances: await disagreeingSingly(rpc, await this.#balanceQuestions(block)) };
  }

  async #stateQuestion({ table, key }: Row, block: string): Promise<Question> {
    const { store } = this.#options;
    const [contract, contentId] = [textOf(key.contract), textOf(key.content_id)];
    const ask = (name: 'credits' | 'streamOf' | 'termsOf', args: unknown[]) => {
      const data = hostInterface.encodeFunctionData(name, args);
      return { method: 'eth_call', params: [{ to: contract, data }, block] };
    };
    if (table === 'credits') {
      const [account, token] = [textOf(key.account), textOf(key.token)];
      const expected = await store.credit(account, contract, token);
      return {
        call: ask('credits', [account, token]),
        agrees: (answer) => BigInt(decoded('credits', answer)) === expected,
        what: `what ${contract} owes to ${account}`,
      };
    }
    if (table === 'streams') {
      const provider = textOf(key.provider);
      const row = await store.stream(contract, contentId, provider);
      return {
        call: ask('streamOf', [contentId, provider]),
        agrees: (answer) => decoded('streamOf', answer) === (row?.active ? row.url : ''),
        what: `the stream of ${contentId} by ${provider}`,
      };
    }
    const row = await store.contentById(contract, contentId);
    return {
      call: ask('termsOf', [contentId]),
      agrees: (answer) => row !== null && areTermsOf(row, readTerms(decoded('termsOf', answer))),
      what: `the terms of ${contentId}`,
    };
  }

  async #balanceQuestions(block: string): Promise<Question[]> {
    const { store, contracts } = this.#options;
    const owed = new Map((await store.owed()).map((sum) => [`${sum.contract} ${sum.token}`, sum]));
    for (const contract of contracts) {
      const name = `${contract} ${ZeroAddress}`;
      if (!owed.has(name)) owed.set(name, { contract, token: ZeroAddress, amount: 0n });
    }
    return [...owed.values()].slice(0, MAX_TOUCHED).map(({ contract, token, amount }) => ({
      call:
        token === ZeroAddress
          ? { method: 'eth_getBalance', params: [contract, block] }
          : { method: 'eth_call', params: [{ to: token, data: balanceOf(contract) }, block] },
      agrees: (answer) => BigInt(answer === '0x' ? 0 : answer.slice(0, 66)) === amount,
      what: `what ${contract} holds of ${token}`,
    }));
  }
}

function textOf(value: Value | undefined): string {
  return String(value ?? '');
}

function decoded(name: 'credits' | 'streamOf' | 'termsOf', answer: string) {
  return hostInterface.decodeFunctionResult(name, answer)[0];
}

function areTermsOf(row: ContentRow, { scheduled, ...terms }: ContractTerms): boolean {
  const dueSec = scheduled.effectiveAtSec;
  if (dueSec > 0 && dueSec !== row.scheduled?.effectiveAtSec) return false;
  const inForce = termsInForce(row, dueSec > 0 ? 0 : Number.POSITIVE_INFINITY);
  return (
    inForce.pricePerUnit === terms.pricePerUnit &&
    inForce.providerShareBps === terms.providerShareBps &&
    inForce.retired === terms.retired
  );
}

function balanceOf(contract: string): string {
  return BALANCE_OF + contract.slice(2).padStart(64, '0');
}

async function disagreeing(rpc: Rpc, questions: readonly Question[]): Promise<string[]> {
  const answers = await rpc.batch(questions.map(({ call }) => call));
  return questions.filter((question, index) => !isAgreed(question, answers[index])).map(({ what }) => what);
}

/** What can't be read, such as nothing at all, is no answer. */
function isAgreed({ call: { method }, agrees, what }: Question, answer: unknown): boolean {
  try {
    return agrees(String(answer));
  } catch (cause) {
    throw new RpcError('unreachable', method, `the answer does not say ${what}`, { cause });
  }
}

/** A token that fails by intent must not take what stands beside it along. */
async function disagreeingSingly(rpc: Rpc, questions: readonly Question[]): Promise<string[]> {
  const found: string[] = [];
  for (const question of questions) {
    try {
      found.push(...(await disagreeing(rpc, [question])));
    } catch (error) {
      if (error instanceof RpcError && error.fault !== 'refused') throw error;
      found.push(question.what);
    }
  }
  return found;
}
