// Suites that take long: `npm run soak` has all of them, `npm run soak -- upload` those that are named.
import { globSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import Mocha from 'mocha';

const END = '.soak.ts';
const suites = new Map(globSync(`test/**/*${END}`).map((path) => [basename(path, END), path]));
const names = process.argv.slice(2);
const unknown = names.filter((name) => !suites.has(name));

if (unknown.length > 0) {
  console.error(
    `There is no soak ${unknown.join(', ')}: name some of ${[...suites.keys()].sort().join(', ')}.`,
  );
  process.exitCode = 1;
} else {
  const mocha = new Mocha({ timeout: 0 });
  for (const [name, path] of suites)
    if (names.length === 0 || names.includes(name)) mocha.addFile(resolve(path));
  await mocha.loadFilesAsync();
  mocha.run((failures) => {
    process.exitCode = failures > 0 ? 1 : 0;
  });
}
