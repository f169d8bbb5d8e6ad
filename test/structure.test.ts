import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { expect } from 'chai';

const ROOT = join(import.meta.dirname, '..');
const MAX_LINES = 250;
const MAX_MEDIAN_LINES = 70;
const MAX_FILES = 16;
const MAX_FUNCTION_LINES = 60;
/** What reads the chain into the records: one can read it in an hour. */
const THIN_INDEXER = ['rpc', 'sync', 'projection', 'contract'].map((name) => `indexer/${name}`);
const MAX_THIN_LINES = 3_500;

/**
 * What each room may import of this project, besides itself; the longest path that fits counts. Arrows point one way:
 * entry points compose; HTTP stands on the capabilities; these on the contract, the records, media and the operator's
 * key; those on JSON-RPC and `lib`.
 */
const BASE = ['indexer/lib'];
const STORE = [...BASE, 'indexer/store'];
const CONTRACT = [...STORE, 'indexer/rpc', 'indexer/contract', 'types'];
const CAPABILITY = [
  ...[...CONTRACT, 'indexer/tokens', 'indexer/txmgr', 'indexer/counters', 'indexer/media', 'indexer/live'],
];
const CAPABILITIES = ['auth', 'payouts', 'playback', 'publishing', 'relay', 'uploads'].map(
  (name) => `indexer/${name}`,
);
const HTTP = [...CAPABILITY, ...CAPABILITIES, 'indexer/redis', 'indexer/http'];
const EVERYTHING = [''];
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'indexer/main.ts': EVERYTHING,
  'indexer/compose': [
    ...HTTP,
    'indexer/config',
    'indexer/secrets',
    'indexer/sync',
    'indexer/proof',
    'devchain',
    'deploy',
    'networks',
  ],
  'indexer/config': BASE,
  'indexer/lib': [],
  'indexer/rpc': BASE,
  'indexer/contract': CONTRACT,
  'indexer/contract/decode': [...BASE, 'indexer/rpc/log.ts', 'types'],
  'indexer/projection': [...STORE, 'indexer/contract'],
  'indexer/sync': [...CONTRACT, 'indexer/projection', 'indexer/live'],
  'indexer/proof': [...CONTRACT, 'indexer/sync'],
  'indexer/store': BASE,
  'indexer/redis': BASE,
  'indexer/live': [...STORE, 'indexer/redis'],
  'indexer/counters': [...BASE, 'indexer/redis'],
  'indexer/media': BASE,
  // It stands on a chain, not on files or a node.
  'indexer/media/ethstorage': [...BASE, 'indexer/media', 'indexer/rpc', 'networks'],
  'indexer/tokens': [...BASE, 'indexer/rpc', 'indexer/contract/decode', 'networks'],
  'indexer/txmgr': STORE,
  'indexer/auth': [...CONTRACT, 'indexer/counters'],
  'indexer/relay': [...CONTRACT, 'indexer/txmgr', 'indexer/counters'],
  // What is paid already it reads from the chain itself, not from records that may lag.
  'indexer/payouts': [...CONTRACT, 'indexer/txmgr', 'indexer/sync'],
  'indexer/publishing': CONTRACT,
  'indexer/secrets': STORE,
  'indexer/uploads': [...STORE, 'indexer/counters', 'indexer/media', 'indexer/secrets', 'packager'],
  'indexer/playback': [...CONTRACT, 'indexer/media', 'indexer/publishing', 'packager/keys.ts'],
  'indexer/playback/claiming': [...CONTRACT, 'indexer/txmgr'],
  // It judges by the very rules by which clients do.
  'indexer/playback/probes': [
    ...CONTRACT,
    ...[
      'indexer/live',
      'indexer/media',
      'indexer/playback',
      'client/content',
      'client/errors.ts',
      'client/http.ts',
    ],
  ],
  'indexer/http': HTTP,
  // Facts that the host, the page and deployments share.
  networks: [],
  // The host and the page both make the same of a video.
  packager: [],
  // Programs of others take it as it is.
  client: [],
  devchain: BASE,
  deploy: [...BASE, 'indexer/config', 'indexer/contract', 'devchain'],
  // The page knows the host by HTTP and the ABI alone, and makes CIDs and reads captions as the host does.
  web: ['artifacts', 'client', 'networks', 'indexer/media/unixfs/balanced-layout.ts', 'packager/captions'],
  scripts: EVERYTHING,
  bench: EVERYTHING,
  test: EVERYTHING,
  'hardhat.config.ts': EVERYTHING,
};
/** Nothing imports them, but for tests, scripts and each other. */
const ENTRY_POINTS = /^(indexer\/main\.ts|scripts\/|bench\/|test\/)/;
/** Packages that belong to some rooms only. */
const PACKAGES: readonly { name: RegExp; not: RegExp; but?: RegExp }[] = [
  { name: /^express$/, not: /^(indexer|devchain)\//, but: /^indexer\/http\// },
  // The records; the index of the embedded media, which is made anew from its files; locks, which are empty files.
  {
    name: /^better-sqlite3$/,
    not: /^(indexer|scripts)\//,
    but: /^indexer\/(store\/sqlite|media\/files|lib\/locks)\//,
  },
  { name: /^ioredis$/, not: /^(indexer|devchain|scripts)\//, but: /^indexer\/redis\// },
  { name: /^ethers$/, not: /^indexer\/(store|live|redis|projection)\// },
  { name: /^node:/, not: /^indexer\/(projection|contract\/decode)\// },
  { name: /^(node:|express)/, not: /^(web\/src|packager|client)\// },
  { name: /^@tus\/server$/, not: /^(indexer|devchain|scripts)\//, but: /^indexer\/http\/uploads\// },
  { name: /^mediabunny$/, not: /^(indexer|web|devchain|deploy|scripts)\// },
];

const files = tracked('*.ts', '*.tsx');
const imports = new Map(files.map((file) => [file, importsOf(file)]));

describe('the structure of the code', () => {
  it('has no cycle of imports, those of types and later ones included', () => {
    expect(cycles()).to.deep.equal([]);
  });

  it('has arrows that point one way', () => {
    const wrong = files.flatMap((file) =>
      localImports(file)
        .filter((target) => !mayImport(file, target))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('keeps packages in the rooms that they belong to', () => {
    const wrong = files.flatMap((file) =>
      (imports.get(file) ?? [])
        .filter((name) =>
          PACKAGES.some((rule) => rule.name.test(name) && rule.not.test(file) && !rule.but?.test(file)),
        )
        .map((name) => `${file} imports ${name}`),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('reads no media in the process of the host: what does so is loaded by others alone', () => {
    const loaded = loadedBy('indexer/main.ts');
    expect(loaded).to.include('indexer/uploads/packaging/worker/packaging-worker.ts');
    expect(
      loaded.filter((file) => imports.get(file)?.includes('mediabunny') && !isOfTypes(file)),
    ).to.deep.equal([]);
  });

  it('has one base of all errors', () => {
    const other = files.filter(
      (file) =>
        /^(indexer|devchain|deploy|scripts)\//.test(file) &&
        /class \w+ extends \w*Error\b/.test(textOf(file).replaceAll(/extends (Base|Retryable)Error\b/g, '')),
    );
    expect(other).to.deep.equal(['indexer/lib/errors.ts']);
  });

  it(`has at most ${MAX_FILES} files in a folder`, () => {
    const code = tracked('*.ts', '*.tsx', '*.sol', '*.mjs', '*.cjs', '*.css').filter(
      (file) => !file.startsWith('test/'),
    );
    const folders = Map.groupBy(code, (file) => dirname(file));
    const full = [...folders].filter(([, { length }]) => length > MAX_FILES).map(([folder]) => folder);
    expect(full).to.deep.equal([]);
  });

  it(`has files of at most ${MAX_LINES} lines, and of ${MAX_MEDIAN_LINES} in the median`, () => {
    const lines = files
      .filter((file) => !file.startsWith('test/'))
      .map((file) => ({ file, count: linesOf(file) }))
      .sort((a, b) => a.count - b.count);
    expect(lines.filter(({ count }) => count > MAX_LINES)).to.deep.equal([]);
    expect(lines[Math.floor(lines.length / 2)]?.count).to.be.at.most(MAX_MEDIAN_LINES);
  });

  it(`has functions of at most ${MAX_FUNCTION_LINES} lines`, () => {
    const long = files
      .filter((file) => !file.startsWith('test/'))
      .flatMap((file) =>
        [...textOf(file).matchAll(FUNCTION)]
          .map(([text, name]) => ({ file, name, count: text.split('\n').length }))
          .filter(({ count }) => count > MAX_FUNCTION_LINES),
      );
    expect(long).to.deep.equal([]);
  });

  it(`has an indexer of at most ${MAX_THIN_LINES} lines`, () => {
    const lines = files
      .filter((file) => THIN_INDEXER.some((room) => isIn(file, room)))
      .reduce((sum, file) => sum + linesOf(file), 0);
    expect(lines).to.be.at.most(MAX_THIN_LINES);
  });
});

/** From its first line to the brace that closes it; the formatter indents what is inside. */
const FUNCTION = /^(?:export |async )*function\*? (\w+)[\s\S]*?^\}$/gm;

function tracked(...patterns: string[]): string[] {
  // What is not committed yet counts too.
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns];
  const listed = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\n');
  return listed.filter((file) => file !== '');
}

/** Of every kind: static, of types only, `import()`. */
function importsOf(file: string): string[] {
  return [...textOf(file).matchAll(/\b(?:from|import)\s*\(?\s*'([^'\n]+)'/g)].map(([, name = '']) => name);
}

const IMPORT_OF_TYPES = /^(?:import|export) type [^']*'[^'\n]+';$/gm;

/** Whether the file imports mediabunny's types alone. */
function isOfTypes(file: string): boolean {
  return !textOf(file).replaceAll(IMPORT_OF_TYPES, '').includes("'mediabunny'");
}

/** A file, and all that is loaded with it. */
function loadedBy(file: string, loaded = new Set<string>()): string[] {
  loaded.add(file);
  const values = textOf(file).replaceAll(IMPORT_OF_TYPES, '');
  for (const target of localImports(file)) {
    if (!loaded.has(target) && imports.has(target) && values.includes(`/${basename(target)}'`)) {
      loadedBy(target, loaded);
    }
  }
  return [...loaded];
}

function localImports(file: string): string[] {
  const names = imports.get(file) ?? [];
  return names.filter((name) => name.startsWith('.')).map((name) => normalize(join(dirname(file), name)));
}

function roomOf(file: string): string {
  const fitting = Object.keys(ROOMS).filter((room) => isIn(file, room));
  const [room] = fitting.sort((a, b) => b.length - a.length);
  if (room === undefined) throw new Error(`${file} is in no room: name it in ROOMS`);
  return room;
}

function mayImport(file: string, target: string): boolean {
  const room = roomOf(file);
  if (isIn(target, room)) return true;
  if (ENTRY_POINTS.test(target) && room.startsWith('indexer')) return false;
  return (ROOMS[room] ?? []).some((allowed) => isIn(target, allowed));
}

function isIn(file: string, room: string): boolean {
  return room === '' || file === room || file.startsWith(`${room}/`);
}

function cycles(): string[][] {
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (file: string, path: readonly string[]) => {
    const at = path.indexOf(file);
    if (at >= 0) return void found.push([...path.slice(at), file]);
    if (done.has(file)) return;
    for (const target of localImports(file)) if (imports.has(target)) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return found;
}

function linesOf(file: string): number {
  return textOf(file).split('\n').length - 1;
}

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
