import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathsOf } from '../../../indexer/config/paths.ts';
import { messageOf } from '../../../indexer/lib/errors.ts';
import { pollUntil } from '../../../indexer/lib/poll-until.ts';
import type { BlockRef } from '../../../indexer/store/rows.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import { copyRecords, differingTables, tableDumps } from '../../../indexer/store/sqlite/mirror/compare.ts';
import { type Call, CliError, flag, readOptions } from '../cli.ts';
import { createOwnIndexer } from '../own-indexer.ts';
import { openScriptContext, type ScriptContext } from '../script-context.ts';
import { table } from '../table.ts';
import { chainUpTo } from './chain-up-to.ts';

export const REBUILD_USAGE = `Usage: npm run rebuild -- --compare

Makes records anew from the chain alone, as a new host does, up to the last block of those in DATA_DIR, and compares the dumps of both, table by
table. Two hosts that have read the same block print the same hashes. What was only reported to a host is not compared.
Beside a host that runs or not; writes nothing to DATA_DIR. The exit status is 1 where anything differs.
To put new records in the place of the old ones, move DATA_DIR/records.sqlite away: the host makes them anew at its next start.`;

const LOOK_MS = 50;
const TELL_MS = 5_000;

/** @throws {CliError} also where anything differs */
export async function runRebuild({ argv, env, print }: Call): Promise<void> {
  const { options } = readOptions(argv, { compare: flag });
  if (!options.compare) throw new CliError('Say --compare: nothing else is done. See --help.');
  using context = await openScriptContext(env);
  const { records } = pathsOf(context.config);
  if (!existsSync(records)) throw new CliError(`There are no records in ${context.config.dataDir}.`);
  const folder = mkdtempSync(join(tmpdir(), 'rebuild-'));
  const [copy, made] = [join(folder, 'copy.sqlite'), join(folder, 'made.sqlite')];
  try {
    await copyRecords(records, copy);
    const last = await lastBlockOf(copy);
    const end = await makeRecords(context, made, last.number, print);
    if (end.hash !== last.hash)
      throw new CliError(
        `Block ${last.number} is ${end.hash} now, the records end at ${last.hash}: run this again once the host has followed.`,
      );
    compare(copy, made, last, print);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of records of any version, which then are of this one. */
async function lastBlockOf(path: string): Promise<BlockRef> {
  const store = openSqliteStore({ path });
  try {
    const cursor = await store.cursor();
    if (cursor === null) throw new CliError('The records are empty.');
    return cursor;
  } finally {
    await store.close();
  }
}

/** As a new host does it. @returns the block in which they end */
async function makeRecords(
  context: ScriptContext,
  path: string,
  last: number,
  print: Call['print'],
): Promise<BlockRef> {
  const store = openSqliteStore({ path });
  const indexer = createOwnIndexer({ ...context, rpc: chainUpTo(context.rpc, last) }, store);
  try {
    await indexer.start();
    let told = performance.now();
    await pollUntil(
      async () => {
        const { indexed, lastError, synced } = indexer.status();
        if (performance.now() - told > TELL_MS) {
          told = performance.now();
          print(`Block ${indexed ?? '-'} of ${last}${lastError ? `: ${messageOf(lastError)}` : ''}`);
        }
        return synced && indexed === last;
      },
      { everyMs: LOOK_MS, timeoutMs: Number.POSITIVE_INFINITY },
    );
    return (await store.cursor()) ?? { number: 0, hash: '' };
  } finally {
    await indexer.stop();
    await store.close();
  }
}

/** @throws {CliError} where anything differs */
function compare(copy: string, made: string, last: BlockRef, print: Call['print']): void {
  const anew = new Map(tableDumps(made).map(({ table, sha256 }) => [table, sha256]));
  const dumps = tableDumps(copy);
  const rows = dumps.map(({ table, rows, sha256 }) => [table, String(rows), sha256]);
  print(`Made anew up to block ${last.number}, ${last.hash}.`, '');
  print(...table([['table', 'rows', 'SHA-256 of its dump'], ...rows], { right: [1] }), '');
  const differing = dumps.filter(({ table, sha256 }) => anew.get(table) !== sha256);
  if (differing.length === 0) {
    print('The records are what the chain makes, byte by byte.');
    return;
  }
  for (const { table, only, lacks } of differingTables(copy, made))
    print(`${table}: ${only} rows are not what the chain makes, ${lacks} rows of it are missing`);
  const names = differing.map(({ table }) => table).join(', ');
  throw new CliError(
    `The records differ from the chain in ${names}. Move DATA_DIR/records.sqlite away, and the host makes them anew.`,
  );
}
