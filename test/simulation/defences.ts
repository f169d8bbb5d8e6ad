/** A place in the code, and what the code is without the guard. */
interface Place {
  file: string;
  text: string;
  without: string;
}

/** What guards the records. */
export interface Defence extends Place {
  name: string;
  /** Where the same is guarded once more. */
  also?: Place;
}

const SOURCE = 'indexer/sync/log-source.ts';
const SYNC = 'indexer/sync/chain-sync.ts';
const RECEIPTS = 'indexer/sync/receipts.ts';
const PROOF = 'indexer/proof/index-proof.ts';

export const DEFENCES: readonly Defence[] = [
  {
    name: 'near the head, receipts decide where a bloom holds the contract',
    file: SOURCE,
    text: 'this.#mayHold(header) ? await this.#logsIn(header, signal) : null',
    without: 'null',
  },
  {
    name: 'receipts are as many as the transactions, and explain the bloom',
    file: RECEIPTS,
    text: 'if (isWhole) return logs;',
    without: 'return logs;',
  },
  {
    name: 'blocks name the hash of the one before',
    file: SOURCE,
    text: 'if (before && header.parentHash !== before.hash)',
    without: 'if (false)',
    also: {
      file: 'indexer/store/sqlite/mirror/chain-records.ts',
      text: '? block.parentHash === previous.hash',
      without: '? true',
    },
  },
  {
    name: 'a header is that of the number asked for',
    file: SOURCE,
    text: 'if (header.number !== number)',
    without: 'if (false)',
  },
  {
    name: 'logs are of the block whose header was read',
    file: SOURCE,
    text: 'if (found.some((log) => log.blockHash !== header.hash))',
    without: 'if (false)',
  },
  {
    name: 'logs that a reorganisation removed are left out',
    file: 'indexer/sync/header.ts',
    text: 'removed !== true',
    without: 'true',
  },
  {
    name: 'logs of other contracts are left out',
    file: SOURCE,
    text: 'toLogs(answer).filter((log) => this.#contracts.has(log.address))',
    without: 'toLogs(answer)',
  },
  {
    name: 'of the last block of a range with logs, receipts decide',
    file: SOURCE,
    text: 'return header.number === end',
    without: 'return false',
  },
  {
    name: 'the last blocks of a backfill are compared with their headers',
    file: SYNC,
    text: '{ from, to, everyHeader: true }',
    without: '{ from, to }',
  },
  {
    name: 'older blocks of a backfill are compared later',
    file: SYNC,
    text: 'if (isLong) await completeness.skips(range);',
    without: '',
  },
  {
    name: 'what a process left to be compared, the next one compares',
    file: PROOF,
    text: 'this.#unverified = await this.#options.store.unverifiedBlocks();',
    without: '',
  },
  {
    name: 'records are proven by the roots of headers',
    file: PROOF,
    text: 'if (this.#unverified === null) await proving?.step(signal);',
    without: '',
  },
  {
    name: 'blocks are compared at another endpoint than the one whose sums differ',
    file: PROOF,
    text: "return 'again';\n    }",
    without: "return 'again';\n    }\n    rpc.switchEndpoint?.();",
  },
  {
    name: 'what can not be made rows of is looked into',
    file: SYNC,
    text: 'if (signal.aborted || SAY_NOTHING.some((type) => error instanceof type)) throw error;',
    without: 'throw error;',
  },
  {
    name: 'what does not fit together is read with every header',
    file: SYNC,
    text: 'to - from >= verifiedAtOnce && this.#doubt === null',
    without: 'to - from >= verifiedAtOnce',
  },
  {
    name: 'the first block of a look follows the last one stored',
    file: SYNC,
    text: 'if (cursor && blocks[0]?.parentHash !== cursor.hash) return this.#rollBack(cursor);',
    without: '',
  },
  {
    name: 'before a backfill goes on, the chain is the one stored',
    file: SYNC,
    text: 'if (cursor && (await source.headerAt(cursor.number))?.hash !== cursor.hash) return this.#rollBack(cursor);',
    without: '',
  },
  {
    name: 'a chain of the same length is compared by its hash',
    file: SYNC,
    text: 'if (target.number === cursor.number && stored?.hash === target.hash)',
    without: 'if (target.number === cursor.number)',
  },
  {
    name: 'an answer without a chain id is none',
    file: SOURCE,
    text: 'chainId: toNumber(chainId)',
    without: 'chainId: Number(chainId)',
  },
  {
    name: 'the live index is made anew after blocks were taken back',
    file: SYNC,
    text: "live.spoil('blocks taken back');\n    const ancestor",
    without: 'const ancestor',
  },
  {
    name: 'the live index is made anew after a backfill',
    file: SYNC,
    text: "else live.spoil('blocks skipped');",
    without: '',
  },
  {
    name: 'blocks below what can be reorganised alone can not be undone',
    file: SYNC,
    text: 'Math.min(target.number - keepBlocks, (await source.finalized()) ?? target.number)',
    without: 'target.number',
  },
  {
    name: 'headers are kept as far back as chains are reorganised',
    file: SYNC,
    text: 'Math.min(finalized, indexed - keepBlocks)',
    without: 'indexed',
  },
  {
    name: 'reports are free again when their view is taken back',
    file: 'indexer/store/sqlite/mirror/chain-records.ts',
    text: 'for (const seq of freed) matching.coverReport(seq);',
    without: '',
  },
  {
    name: 'clients hear what was taken back',
    file: 'indexer/store/sqlite/mirror/chain-records.ts',
    text: 'feedWriter.writeReverted(removed, number);',
    without: '',
  },
  {
    name: 'clients hear that a backfill came',
    file: 'indexer/store/sqlite/mirror/chain-records.ts',
    text: 'feedWriter.writeReset(last.number);',
    without: ';',
  },
];
