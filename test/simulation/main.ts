// npm run simulate -- --seeds 2000 [--from 1] [--lies] | --defences
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DEFENCES } from './defences.ts';
import { loadWithout } from './without.ts';

const OPTIONS = {
  seeds: { type: 'string', default: '200' },
  from: { type: 'string', default: '1' },
  /** Switches each defence off, one at a time, until a seed fails. */
  defences: { type: 'boolean', default: false },
  /** The name of one that is off. */
  without: { type: 'string' },
  /** Only the endpoint whose lie a proof alone shows. */
  lies: { type: 'boolean', default: false },
} as const;
const MEMORY = '/dev/shm';

const { values } = parseArgs({ options: OPTIONS });
const [from, count] = [Number(values.from), Number(values.seeds)];
// Each commit would wait for the disk.
if (process.env.TMPDIR === undefined && existsSync(MEMORY)) process.env.TMPDIR = MEMORY;
if (values.defences) await tryDefences();
else await trySeeds();

/** Ends with the first that fails, where a defence is off; else all are tried. */
async function trySeeds(): Promise<void> {
  if (values.without !== undefined) loadWithout(values.without);
  const { simulate } = await import('./run.ts');
  const { simulateLiar } = await import('./liar.ts');
  let failed = 0;
  for (let seed = from; seed < from + count; seed++) {
    try {
      await simulateLiar(seed);
      if (!values.lies) await simulate(seed);
    } catch (error) {
      failed += 1;
      console.log((error as Error).message);
      if (values.without !== undefined) break;
    }
  }
  console.log(`${failed} of ${count} seeds failed, from ${from} on`);
  process.exitCode = failed > 0 ? 1 : 0;
}

async function tryDefences(): Promise<void> {
  let unseen = 0;
  for (const { name } of DEFENCES) {
    const output = await outputOf(['--without', name, '--seeds', values.seeds, '--from', values.from]);
    const [, seed, step] = /^seed (\d+), step (.*?):/m.exec(output) ?? [];
    const isSeen = seed !== undefined;
    if (!isSeen) unseen += 1;
    const found = isSeen ? `found by seed ${seed}` : 'NOT FOUND';
    console.log(`${found.padEnd(20)} ${name}${isSeen ? ` (step ${step})` : `\n${output}`}`);
  }
  console.log(`${unseen} of ${DEFENCES.length} defences are not missed within ${count} seeds`);
  process.exitCode = unseen > 0 ? 1 : 0;
}

async function outputOf(given: string[]): Promise<string> {
  const child = spawn(process.execPath, [import.meta.filename, ...given], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  return output;
}
