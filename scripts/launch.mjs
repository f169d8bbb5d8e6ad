// Runs a command of this project under a Node that fits (>= 22) with its dependencies in place, so that
// `npm start` and `npm test` work alone in a fresh clone. Plain JavaScript, no dependency, Node 18 and later.
//
//   node scripts/launch.mjs [--build] [--page] COMMAND [ARG ...]
//     --build compiles the contracts first, --page the page too; neither when nothing has changed
//   node scripts/launch.mjs --after-install
//     what `npm install` and `npm ci` run at their end
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownWarnings, startProgress } from './lib/progress.mjs';

const NODE_VERSION = '24.21.0';
const INSTALL = 'Installing dependencies (once for each change of package-lock.json)';
const QUIET = ['--no-fund', '--no-audit', '--loglevel=error'];
/** Set while we install: npm hands the user agent of the npx around it on to our `postinstall`. */
const INSTALLING = 'STREAM_HOST_INSTALLING';
const NODE_PACKAGES = ['linux-x64', 'linux-arm64', 'win32-x64'];
const OWN_NODE_FITS = Number(process.versions.node.split('.')[0]) >= 22;

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const stampFile = join(root, 'node_modules', '.lock-stamp');
const artifact = 'artifacts/contracts/StreamHost.sol/StreamHost.json';
/** What is built, from what (files and folders), and what then must be there. */
const CONTRACTS = {
  what: 'Compiling the contracts',
  stamp: '.build-stamp',
  // The tests in Solidity take two thirds as long to compile, and whoever runs them compiles them.
  command: ['hardhat', 'build', '--quiet', '--no-tests'],
  sources: ['contracts', 'hardhat.config.ts', 'scripts/codegen', 'indexer/contract/packed-layouts.ts'],
  outputs: [artifact, 'types/ethers-contracts/index.ts', 'types/stream-host-events.ts'],
};
const PAGE = {
  what: 'Building the page',
  stamp: '.page-stamp',
  command: ['vite', 'build', 'web', '--logLevel', 'warn'],
  sources: [
    'web/index.html',
    'web/embed.html',
    'web/public',
    'web/src',
    'web/vite.config.ts',
    'client',
    'networks',
    artifact,
  ],
  outputs: ['web/dist/index.html', 'web/dist/embed.html'],
};
/** What the packing of the client leaves among its sources. */
const OUTPUT = /^client[\\/]dist[\\/]/;
const temporary = join(root, 'node_modules', '.tmp');
const windows = process.platform === 'win32';
/** npm; the scripts in package.json say `exec`, so that no shell stands between (on Windows exec.cmd says it). */
const parent = process.ppid;
const PARENT_CHECK_MS = 200;
/** What a command gets to stop in its own way when npm is gone. */
const PATIENCE_MS = 2_400;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const args = process.argv.slice(2);
if (args[0] === '--after-install') await afterInstall();
else await launch(args);

async function launch(words) {
  const flagCount = words.findIndex((word) => !word.startsWith('--'));
  const flags = words.slice(0, flagCount);
  const [command, ...rest] = words.slice(flagCount);
  if (!installed()) await install();
  // Compilers and tests leave nothing outside this folder.
  mkdirSync(temporary, { recursive: true });
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = temporary;
  // What Node compiled once is there for the next process: tests run hundreds of them, and a host starts sooner.
  process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'node');
  if (flags.includes('--build')) await build(CONTRACTS);
  if (flags.includes('--page')) await build(PAGE);
  await run(command, rest);
}

/**
 * Under an old Node, npm silently leaves out the native packages: install again under one that fits.
 * Which Node npm itself runs under, only its user agent tells: PATH already leads to the one just installed.
 */
async function afterInstall() {
  const npmNode = /\bnode\/v(\d+)/.exec(process.env.npm_config_user_agent ?? '')?.[1];
  const skipped = npmNode !== undefined && Number(npmNode) < 22;
  if (skipped && !process.env[INSTALLING]) await installUnderFittingNode();
  writeStamp();
}

async function install() {
  if (OWN_NODE_FITS) await runQuietly(INSTALL, 'npm', ['ci', ...QUIET]);
  else await installUnderFittingNode();
  // Where npm is told to run no scripts (`ignore-scripts`), our `postinstall` has not written it.
  writeStamp();
}

function installUnderFittingNode() {
  // npm under a newer Node would leave a compile cache in the system's temporary folder.
  const env = { [INSTALLING]: '1', NODE_DISABLE_COMPILE_CACHE: '1' };
  return runQuietly(INSTALL, 'npx', ['-y', '-p', nodePackage(), 'npm', 'ci', ...QUIET], { env });
}

/** Compilers take seconds to find that nothing changed; a hash of what goes in and what came out takes none. */
async function build({ what, stamp, command: [command, ...rest], sources, outputs }) {
  const file = join(root, 'node_modules', stamp);
  const paths = [...sources.flatMap(filesAt), ...outputs.map((name) => join(root, name))];
  if (existsSync(file) && readFileSync(file, 'utf8') === hashOf(paths)) return;
  // A group of its own: what the compiler has started ends with it.
  const output = ownWarnings(await runQuietly(what, command, rest, { detached: !windows }));
  if (output !== '') console.error(output);
  writeFileSync(file, hashOf(paths));
}

function filesAt(name) {
  const path = join(root, name);
  if (!existsSync(path) || statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !OUTPUT.test(relative(root, file)))
    .sort();
}

function hashOf(paths) {
  const hash = createHash('sha256').update(lockHash());
  for (const path of paths) hash.update(path).update(existsSync(path) ? readFileSync(path) : '');
  return hash.digest('hex');
}

function nodePackage() {
  const platform = `${process.platform}-${process.arch}`;
  if (!NODE_PACKAGES.includes(platform)) {
    fail(
      `Node ${process.versions.node} is too old and npm has no Node for ${platform}: install Node 24, then try again.`,
    );
  }
  return `node-${platform.replace('win32', 'win')}@${NODE_VERSION}`;
}

function installed() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash();
}

function writeStamp() {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stampFile, lockHash());
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** Runs a command that takes long. @returns its output, which is shown at once where it fails */
async function runQuietly(what, command, rest, options) {
  const endProgress = startProgress(what);
  const output = [];
  const onEnd = (code) => {
    endProgress();
    if (code) process.stderr.write(Buffer.concat(output));
  };
  await run(command, rest, { ...options, onOutput: (chunk) => output.push(chunk), onEnd });
  return Buffer.concat(output).toString();
}

/**
 * Signals go on to the command, so that it can stop in its own way; its exit status becomes ours. It is told to stop
 * too when npm is gone; and a Node program sees by its channel to us (`disconnect`) when we are.
 */
function run(command, rest, { env: more = {}, detached = false, onOutput, onEnd = () => {} } = {}) {
  const env = {
    ...process.env,
    ...more,
    HARDHAT_DISABLE_TELEMETRY: 'true',
    PATH: bin + delimiter + process.env.PATH,
  };
  const shown = onOutput ? 'pipe' : 'inherit';
  const channel = command === 'node' && !windows ? ['ipc'] : [];
  const stdio = ['inherit', shown, shown, ...channel];
  return new Promise((resolve) => {
    const child = spawn(command, rest, { cwd: root, stdio, env, detached, shell: windows });
    const forward = (signal) => (detached ? killGroup(child.pid, signal) : child.kill(signal));
    for (const signal of SIGNALS) process.on(signal, forward);
    const watch = watchParent(forward);
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', onOutput);
    child.on('error', (error) => fail(`Could not run ${command}: ${error.message}`));
    child.on('close', (code, signal) => {
      clearInterval(watch);
      onEnd(code);
      for (const name of SIGNALS) process.off(name, forward);
      if (code === 0) resolve();
      else process.exit(signal ? 128 + constants.signals[signal] : code);
    });
  });
}

/** @returns the timer. Whoever starts us without npm may end before us. */
function watchParent(stop) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop('SIGTERM');
    setTimeout(() => stop('SIGKILL'), PATIENCE_MS).unref();
  }, PARENT_CHECK_MS);
  return watch;
}

function killGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch {
    // Nobody is left in it.
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
