import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { getJson, type HostProcess } from '../../e2e/host.ts';
import { signIn } from '../../e2e/wallet-client.ts';
import { testWallet } from '../../wallets.ts';

/** What an address answers: JSON, or of other bytes their SHA-256. */
export interface Answer {
  status: number;
  body: unknown;
}
export type Answers = Record<string, Answer>;
export type Rows = Record<string, unknown[]>;

/** What the placeholders of addresses are filled with. */
export interface Named {
  cids: readonly string[];
  wallets: readonly string[];
  channels: readonly string[];
  /** Below the first CID, which is a directory. */
  files: readonly string[];
}

/** What tells how the process is, or needs what only a person has. */
const NOT_ASKED = /^\/(healthz|readyz|metrics|events|auth\/|uploads\/)|\{token\}|\{unit\}/;

/** Every read that the host's own OpenAPI document names, for each of what is named, by whom it is for. */
export async function answersOf(host: HostProcess, named: Named): Promise<Answers> {
  const { paths } = await getJson<{ paths: Record<string, { get?: object }> }>(`${host.url}/openapi.json`);
  const asked = Object.entries(paths)
    .filter(([path, { get }]) => get && !NOT_ASKED.test(path))
    .flatMap(([path]) => filled(path, named));
  const answers: Answers = {};
  for (const path of asked) answers[path] = await answerOf(host, named, path);
  return answers;
}

/** One address for each of what a placeholder stands for. */
export function filled(path: string, named: Named): string[] {
  const [cid = ''] = named.cids;
  if (path.includes('{path}')) {
    return named.files.map((file) => path.replace('{cid}', cid).replace('{path}', file));
  }
  const values = { '{cid}': named.cids, '{wallet}': named.wallets, '{id}': named.channels };
  const found = Object.entries(values).find(([placeholder]) => path.includes(placeholder));
  if (!found) return [path];
  const [placeholder, each] = found;
  return each.flatMap((value) => filled(path.replace(placeholder, value), named));
}

export async function answerOf(host: HostProcess, named: Named, path: string): Promise<Answer> {
  const wallet = askerOf(path, named);
  const signer = [0, 1, 2, 3, 4, 5, 6, 7]
    .map((index) => testWallet(index))
    .find(({ address }) => address === wallet);
  const headers = signer ? await signIn(host, { address: signer.address, signer }) : {};
  const answer = await fetch(host.url + path, { headers });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const isJson = /\bjson\b/.test(answer.headers.get('content-type') ?? '');
  const body = isJson ? JSON.parse(bytes.toString()) : createHash('sha256').update(bytes).digest('hex');
  return { status: answer.status, body };
}

/** Whose session a read needs: the operator's for what it has sold, the creator's for secrets. */
function askerOf(path: string, { wallets: [operator, creator] }: Named): string | undefined {
  if (path === '/vouchers') return operator;
  if (path.endsWith('/secret')) return creator;
  return /^\/wallets\/(\w+)\/uploads$/.exec(path)?.[1];
}

/** Rows that nothing else can bring back, each as JSON has it. What ends by itself (sessions, nonces, leases) is not among them. */
export const LASTING = [
  ...['reports', 'vouchers', 'openings', 'takedowns', 'content_secrets', 'media_facts', 'serve_wishes'],
  ...['sent_transactions', 'sponsor_nonces'],
];

export function rowsOf(dataDir: string): Rows {
  const db = new Database(join(dataDir, 'book.sqlite'), { readonly: true });
  try {
    const rows = (table: string) => db.prepare(`SELECT * FROM ${table}`).all();
    return JSON.parse(JSON.stringify(Object.fromEntries(LASTING.map((table) => [table, rows(table)]))));
  } finally {
    db.close();
  }
}

/**
 * What was there and is not, or is another: `path: old -> new`, with fields and rows that came since allowed.
 * @param isFree whether the field of that name tells of this moment alone
 */
export function lost(
  before: unknown,
  after: unknown,
  isFree: (name: string) => boolean,
  path = '',
): string[] {
  if (Array.isArray(before) && Array.isArray(after)) {
    const left = [...after];
    return before.flatMap((each, index) => {
      const at = left.findIndex((other) => lost(each, other, isFree).length === 0);
      if (at < 0) return lost(each, after[index], isFree, `${path}[${index}]`);
      left.splice(at, 1);
      return [];
    });
  }
  if (isObject(before) && isObject(after)) {
    return Object.entries(before).flatMap(([name, value]) =>
      isFree(name) ? [] : lost(value, after[name], isFree, `${path}.${name}`),
    );
  }
  const [old, now] = [JSON.stringify(before), JSON.stringify(after)];
  return old === now ? [] : [`${path}: ${old} -> ${now}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
