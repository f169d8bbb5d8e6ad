// npm run bench -- [CASE ...] [--json]: measures, and never judges: the exit status is 0 whatever is met.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type BenchCase, isMet, type Measurement, ratio } from './case.ts';
import { gas } from './gas.ts';
import { history } from './history.ts';
import { index } from './index.ts';
import { packaging } from './packaging.ts';
import { page } from './page.ts';
import { playback } from './playback.ts';
import { read } from './read.ts';
import { rest } from './rest.ts';
import { upload } from './upload.ts';

const CASES: BenchCase[] = [gas, index, history, rest, upload, read, packaging, playback, page];

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const unknown = positionals.filter((name) => !CASES.some((one) => one.name === name));
if (unknown.length > 0) {
  console.error(`No case ${unknown.join(', ')}; there are: ${CASES.map((one) => one.name).join(', ')}`);
  process.exit(2);
}

if (!values.json) console.log(head());
for (const one of CASES.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  if (!values.json && one.by !== undefined) console.log(`${one.name}: load by ${one.by}`);
  for (const measurement of await one.run()) {
    console.log(values.json ? JSON.stringify(record(one, measurement)) : row(one.name, measurement));
  }
}

function record({ name, by }: BenchCase, measurement: Measurement) {
  const { metric, value, unit, floor, goal, goalRatio } = measurement;
  const shown = ratio(measurement);
  return {
    case: name,
    metric,
    value,
    unit,
    floor,
    ratio: shown,
    goal: goalRatio === undefined ? goal : { value: goal, ratio: goalRatio },
    met: isMet(measurement),
    ...(by !== undefined && { by }),
  };
}

function head(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, commit ${commit}`;
  const columns = `${'case'.padEnd(8)}${'metric'.padEnd(28)}${'value'.padStart(14)} ${'unit'.padEnd(6)}${'floor'.padStart(14)}${'ratio'.padStart(8)}${'goal'.padStart(12)}  met`;
  return `${machine}\n${columns}`;
}

function row(name: string, measurement: Measurement): string {
  const { metric, value, unit, floor, goal, goalRatio } = measurement;
  const number = (n: number | null) => n?.toLocaleString('en', { maximumFractionDigits: 2 }) ?? '';
  const wanted = [number(goal), goalRatio === undefined ? '' : `×${goalRatio}`].filter(Boolean).join(' ');
  return `${name.padEnd(8)}${metric.padEnd(28)}${number(value).padStart(14)} ${unit.padEnd(6)}${number(floor).padStart(14)}${number(ratio(measurement)).padStart(8)}${wanted.padStart(12)}  ${isMet(measurement) ? 'yes' : 'no'}`;
}
