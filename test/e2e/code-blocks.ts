import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { HostProcess } from './host.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

interface Block {
  language: string;
  code: string;
}

/** The code of one section of a document, in order. */
export function codeBlocks(document: string, heading: string): Block[] {
  const text = readFileSync(`${ROOT}/${document}`, 'utf8');
  const start = text.indexOf(`\n## ${heading}\n`);
  if (start < 0) throw new Error(`${document} has no section "${heading}"`);
  const end = text.indexOf('\n## ', start + 1);
  const section = text.slice(start, end < 0 ? undefined : end);
  return [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
    language,
    code,
  }));
}

/** Runs a block as a reader would, in the project's folder, but against this host's ports; gives what it printed. */
export async function runBlock(
  { language, code }: Block,
  host: HostProcess,
  settings: Record<string, string> = {},
  cwd = ROOT,
): Promise<string> {
  const here = code
    .replaceAll('http://localhost:8000', host.url)
    .replaceAll('http://127.0.0.1:8545', host.rpcUrl);
  const env = {
    ...process.env,
    ETH_RPC_URL: '',
    PRIVATEKEY: '',
    ...settings,
    DATA_DIR: host.dataDir,
    DEVNET_PORT: new URL(host.rpcUrl).port,
    PORT: new URL(host.url).port,
  };
  const [command, args] =
    language === 'js'
      ? [process.execPath, ['--input-type=module', '-e', here]]
      : ['bash', ['-euo', 'pipefail', '-c', here]];
  const { stdout } = await run(command, args, { cwd, env, maxBuffer: 1 << 24 });
  return stdout;
}
