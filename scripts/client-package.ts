// What `npm pack` of `client/` packs: `npm run client:build` makes `client/dist` anew from the sources and the contract's ABI.

import { execFile } from 'node:child_process';
import { copyFile, glob, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..');
const CLIENT = join(ROOT, 'client');
const DIST = join(CLIENT, 'dist');
const ARTIFACT = join(ROOT, 'artifacts', 'contracts', 'StreamHost.sol', 'StreamHost.json');
const ABI_DOC = "/** The contract's ABI, also as a type for libraries that read types from it. */\n";

await rm(DIST, { recursive: true, force: true });
await promisify(execFile)('tsc', ['--project', CLIENT]);
for await (const file of glob(join(DIST, '**', '*.d.ts'))) await namesOutput(file);
const { abi } = JSON.parse(await readFile(ARTIFACT, 'utf8'));
const literal = JSON.stringify(abi, null, 2);
await writeFile(join(DIST, 'abi.js'), `${ABI_DOC}export const STREAM_HOST_ABI = ${literal};\n`);
await writeFile(
  join(DIST, 'abi.d.ts'),
  `${ABI_DOC}export declare const STREAM_HOST_ABI: ${readonly(abi)};\n`,
);
await copyFile(join(ROOT, 'LICENSE'), join(CLIENT, 'LICENSE'));

/** The compiler leaves `./x.ts` in declarations, which bundlers of declarations look for in vain. */
async function namesOutput(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/((?:from |import\()'\.[^']*)\.ts'/g, "$1.js'"));
}

/** A type whose only value is this one. */
function readonly(value: unknown): string {
  if (Array.isArray(value)) return `readonly [${value.map(readonly).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, each]) => `readonly ${name}: ${readonly(each)}`);
  return `{ ${fields.join('; ')} }`;
}
