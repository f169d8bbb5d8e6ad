import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathsOf } from '../../../indexer/config/paths.ts';
import { type NamedEndpoint, type ProvenBlock, Prover } from '../../../indexer/proof/block/prover.ts';
import { Unproven } from '../../../indexer/proof/block/unproven.ts';
import { HttpRpc } from '../../../indexer/rpc/http.ts';
import type { BlockRef } from '../../../indexer/store/rows.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import { copyRecords } from '../../../indexer/store/sqlite/mirror/compare.ts';
import type { Store } from '../../../indexer/store/store.ts';
import { knownCoins } from '../../../indexer/tokens/known-coins.ts';
import { type Call, CliError } from '../cli.ts';
import { openScriptContext, type ScriptContext } from '../script-context.ts';
import { auditOptions } from './options.ts';
import { differingRows } from './rows.ts';
import { agreedBlock, blockOfHash } from './trusted.ts';

/** The blocks that are looked at, and what came of it. */
interface Audit {
  from: number;
  to: number;
  cursor: BlockRef;
  differences: string[];
  /** Those with logs, and the last of the records; from the last down. */
  found: ProvenBlock[];
  headers: number;
  receipts: number;
}

/** @throws {CliError} also where anything differs, or is not proven */
export async function runAudit({ argv, env, print }: Call): Promise<void> {
  const options = auditOptions(argv);
  using context = await openScriptContext(env);
  const { records } = pathsOf(context.config);
  if (!existsSync(records)) throw new CliError(`There are no records in ${context.config.dataDir}.`);
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  const copy = join(folder, 'records.sqlite');
  try {
    await copyRecords(records, copy);
    const audit = await proved(context, copy, options, print);
    const isWhole =
      audit.to === audit.cursor.number && audit.from <= Math.min(...context.deployedAt.values());
    if (isWhole) {
      const coins = knownCoins(context.chainId, context.config.knownTokens);
      const blocks = audit.found.toReversed();
      const tables = await differingRows(copy, join(folder, 'made.sqlite'), blocks, coins);
      for (const { table, only, lacks } of tables)
        audit.differences.push(
          `${table}: ${only} rows are not what the chain makes, ${lacks} rows of it are missing`,
        );
    }
    if (audit.differences.length > 0) {
      print('', ...audit.differences);
      throw new CliError(
        'The records differ from the chain. Move DATA_DIR/records.sqlite away, and the host makes them anew.',
      );
    }
    print(
      isWhole
        ? 'The records are what the chain makes, row by row.'
        : 'The records hold as many events of each block.',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function proved(
  context: ScriptContext,
  copy: string,
  options: ReturnType<typeof auditOptions>,
  print: Call['print'],
): Promise<Audit> {
  const endpoints = endpointsOf(context);
  const store = openSqliteStore({ path: copy });
  try {
    const cursor = await store.cursor();
    if (cursor === null) throw new CliError('The records are empty.');
    const { from = null, to = null } = options;
    const audit: Audit = {
      ...{ cursor, from: from ?? Math.min(...context.deployedAt.values()), to: to ?? cursor.number },
      ...{ differences: [], found: [], headers: 0, receipts: 0 },
    };
    if (audit.from > audit.to) throw new CliError(`There are no blocks from ${audit.from} to ${audit.to}.`);
    if (audit.to > cursor.number) throw new CliError(`--to: the records end at block ${cursor.number}.`);
    const trusted = await trustedBlock(endpoints, audit.to, options.trusted, print);
    await compare(new Prover(endpoints, context.deployedAt.keys()), trusted, store, audit, print);
    return audit;
  } finally {
    await store.close();
  }
}

async function trustedBlock(
  endpoints: readonly NamedEndpoint[],
  to: number,
  hash: string | null,
  print: Call['print'],
): Promise<BlockRef> {
  if (hash === null) {
    const block = await agreedBlock(endpoints, to);
    const by = `${block.by} of ${endpoints.length} endpoints say`;
    print(`Begins with block ${block.number}, ${block.hash}, as ${by}.`);
    return block;
  }
  const block = await blockOfHash(endpoints, hash);
  if (block.number < to)
    throw new CliError(`--trusted is block ${block.number}, below the last one to prove, ${to}.`);
  print(`Begins with block ${block.number}, ${hash}, as --trusted says.`);
  return block;
}

/** @throws {CliError} where the proof stops. */
async function compare(
  prover: Prover,
  trusted: BlockRef,
  store: Store,
  audit: Audit,
  print: Call['print'],
): Promise<void> {
  let lowest: number | null = null;
  try {
    for await (const blocks of prover.down(trusted, audit.from, AbortSignal.any([]))) {
      const own = blocks.filter(({ number }) => number <= audit.to);
      await take(own, store, audit);
      lowest = own.at(-1)?.number ?? lowest;
    }
  } catch (error) {
    if (!(error instanceof Unproven)) throw error;
    print(provenText(lowest, audit), ...lieTexts(prover), ...audit.differences);
    throw new CliError(`The proof stops with "${error.word}" at block ${error.block}, ${error.why}.`, {
      cause: error,
    });
  }
  print(provenText(lowest, audit), ...lieTexts(prover));
}

async function take(blocks: readonly ProvenBlock[], store: Store, audit: Audit): Promise<void> {
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (!first || !last) return;
  const { cursor, differences, found } = audit;
  const counts = await store.logCounts({ from: last.number, to: first.number });
  for (const block of blocks) {
    const count = counts.get(block.number) ?? 0;
    if (count !== block.logs.length)
      differences.push(
        `Block ${block.number} has ${block.logs.length} events of ours, the records hold ${count}.`,
      );
    const isLast = block.number === cursor.number;
    if (isLast && block.hash !== cursor.hash)
      differences.push(`The records end at another block ${block.number}: ${cursor.hash}.`);
    if (block.logs.length > 0 || isLast) found.push(block);
    audit.headers += 1;
    if (block.by === 'receipts') audit.receipts += 1;
  }
}

function provenText(lowest: number | null, { to, headers, receipts, found }: Audit): string {
  if (lowest === null) return 'Proven: nothing.';
  const events = found.reduce((sum, { logs }) => sum + logs.length, 0);
  return `Proven: blocks ${lowest} to ${to}, ${headers - receipts} by their bloom and ${receipts} by their receipts, with ${events} events of ours.`;
}

function lieTexts({ lies }: Prover): string[] {
  return lies.map(({ endpoint, block, why }) => `${endpoint} has answered a block ${block} ${why}.`);
}

/** No more of an address than the host: what follows often is a key. */
function endpointsOf({ config, embedded }: ScriptContext): NamedEndpoint[] {
  const urls = embedded ? [`http://127.0.0.1:${config.devnetPort}`] : config.rpcUrls;
  return urls.map((url) => ({ name: new URL(url).host, rpc: new HttpRpc({ url }) }));
}
