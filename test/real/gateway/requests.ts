import { CHUNK } from '../../indexer/media/content.ts';
import { type Fixtures, SIZE } from './fixtures.ts';

/** One request that both gateways answer. */
export interface Asked {
  group: string;
  path: string;
  method: 'GET' | 'HEAD' | 'OPTIONS';
  headers: Readonly<Record<string, string>>;
}

const ABSENT = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';
const RANGES = [
  'bytes=0-0',
  'bytes=0-',
  'bytes=5-9',
  `bytes=${CHUNK - 10}-${2 * CHUNK + 9}`,
  'bytes=-500',
  `bytes=${SIZE - 3}-${SIZE * 2}`,
  `bytes=${SIZE - 1}-${SIZE - 1}`,
  `bytes=${SIZE}-`,
  'bytes=1048576000-1048576001',
];
const SCOPES = ['dag-scope=block', 'dag-scope=entity', 'dag-scope=all'];
const BYTES = [
  '0:*',
  '0:0',
  '0:9',
  `${CHUNK - 1}:${CHUNK}`,
  `${CHUNK}:${2 * CHUNK - 1}`,
  '-5:*',
  `-${CHUNK}:-10`,
  `0:-${CHUNK}`,
  `${SIZE + 5}:*`,
  `5:${SIZE + 5}`,
];

/** After the groups of gateway-conformance. */
export function requestsOf(at: Fixtures): Asked[] {
  const get = (path: string, headers: Record<string, string> = {}, method: Asked['method'] = 'GET') => ({
    path: `/ipfs/${path}`,
    headers,
    method,
  });
  const both = (path: string, headers: Record<string, string> = {}) => [
    get(path, headers),
    get(path, headers, 'HEAD'),
  ];
  const odd = ['odd names', 'ä & <b> ?#%.txt'].map(encodeURIComponent).join('/');
  const groups: Record<string, ReturnType<typeof get>[]> = {
    'unixfs files': [
      ...[at.small, at.empty, at.leaf, `${at.directory}/hello.txt`, `${at.directory}/video.mp4`].flatMap(
        (path) => both(path),
      ),
      ...both(`${at.directory}/v0/index.m3u8`),
      ...both(`${at.directory}/content.json`),
      ...both(`${at.directory}/${odd}`),
      ...both(`${at.directory}/deep/a/b/c.txt`),
      ...both(`${at.sub}/a/b/c.txt`),
      ...both(`${at.sharded}/file-17.txt`),
      ...both(`${at.small}?filename=a.txt`),
      ...both(`${at.small}?filename=a.txt&download=true`),
      get(`${at.file}?filename=a.mp4`),
    ],
    'unixfs file ranges': [
      ...RANGES.flatMap((range) => both(`${at.directory}/big.bin?filename=a.mp4`, { range })),
      ...RANGES.map((range) => get(`${at.file}?filename=a.mp4`, { range })),
      get(`${at.file}?filename=a.mp4`, { range: 'bytes=0-4', 'if-range': `"${at.file}"` }),
      get(`${at.file}?filename=a.mp4`, { range: 'bytes=0-4', 'if-range': '"another"' }),
    ],
    spellings: [
      ...both(`${at.v0}?filename=a.mp4`),
      get(`${at.v0}?filename=a.mp4`, { range: 'bytes=262140-262150' }),
      get(`${at.v0}?format=raw`),
      ...SCOPES.map((scope) => get(`${at.v0}?format=car&${scope}`)),
    ],
    'missing blocks': [
      get(`${at.damaged}?filename=a.mp4`, { range: 'bytes=0-99' }),
      get(`${at.damaged}?filename=a.mp4`, { range: `bytes=${2 * CHUNK}-${2 * CHUNK + 99}` }),
      get(`${at.damaged}?filename=a.mp4`, { range: 'bytes=-10' }),
      get(`${at.damaged}?filename=a.mp4`, {}, 'HEAD'),
      get(`${at.damaged}?format=raw`),
      get(`${at.damaged}?format=car&dag-scope=block`),
      get(`${at.damaged}?format=car&dag-scope=entity&entity-bytes=0:99`),
      get(`${at.damaged}?format=car&dag-scope=entity&entity-bytes=-9:*`),
      get(`${at.damagedLeaf}?format=raw`),
      get(ABSENT),
      get(`${ABSENT}?format=raw`),
      get(`${ABSENT}?format=car`),
      get(`${ABSENT}/a/b`),
      get(ABSENT, {}, 'HEAD'),
    ],
    cache: [
      ...both(`${at.file}?filename=a.mp4`, { 'if-none-match': `"${at.file}"` }),
      get(`${at.file}?filename=a.mp4`, { 'if-none-match': `W/"${at.file}"` }),
      get(`${at.file}?filename=a.mp4`, { 'if-none-match': `"x", "${at.file}", "y"` }),
      get(`${at.file}?filename=a.mp4`, { 'if-none-match': '*' }),
      get(`${at.file}?filename=a.mp4`, { 'if-none-match': '"x"' }),
      get(`${at.small}?format=raw`, { 'if-none-match': `"${at.small}.raw"` }),
      get(`${at.small}?format=raw`, { 'if-none-match': `"${at.small}"` }),
      get(`${at.directory}/hello.txt`, { 'if-none-match': `"${at.small}"` }),
      ...both(`${at.file}?filename=a.mp4`, { 'cache-control': 'only-if-cached' }),
      ...both(ABSENT, { 'cache-control': 'only-if-cached' }),
      get(`${ABSENT}?format=raw`, { 'cache-control': 'only-if-cached' }),
      get(`${at.small}?format=raw`, { 'cache-control': 'only-if-cached' }),
    ],
    CORS: [
      ...both(`${at.directory}/hello.txt`, { origin: 'https://elsewhere.example' }),
      get(`${at.small}?format=raw`, { origin: 'https://elsewhere.example' }),
      get(at.directory, { origin: 'https://elsewhere.example' }),
      get(ABSENT, { origin: 'https://elsewhere.example' }),
      get(at.small, { origin: 'https://elsewhere.example' }, 'OPTIONS'),
      get(`${at.directory}/hello.txt`, { origin: 'https://elsewhere.example' }, 'OPTIONS'),
      get(
        at.small,
        {
          origin: 'https://elsewhere.example',
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'range',
        },
        'OPTIONS',
      ),
    ],
    'raw blocks': [
      ...[at.small, at.file, at.leaf, at.empty, at.directory, at.sharded].flatMap((path) =>
        both(`${path}?format=raw`),
      ),
      ...both(`${at.directory}/hello.txt?format=raw`),
      ...both(`${at.sharded}/file-17.txt?format=raw`),
      get(`${at.directory}/deep?format=raw`),
      get(`${at.small}?format=raw&filename=b.raw`),
      ...both(at.small, { accept: 'application/vnd.ipld.raw' }),
      get(`${at.directory}/hello.txt`, { accept: 'application/vnd.ipld.raw' }),
      get(`${at.directory}/deep`, { accept: 'application/vnd.ipld.raw' }),
      get(`${at.small}?format=raw`, { accept: 'application/vnd.ipld.car' }),
      ...['bytes=0-2', 'bytes=2-', 'bytes=-2', 'bytes=99-', 'bytes=0-99'].flatMap((range) =>
        both(`${at.small}?format=raw`, { range }),
      ),
      get(`${at.small}/nothing?format=raw`),
      get(`${at.directory}/nothing?format=raw`),
    ],
    'trustless CAR': [
      ...[at.small, at.file, at.empty, at.sharded, at.directory, at.leaf].flatMap((path) =>
        SCOPES.map((scope) => get(`${path}?format=car&${scope}`)),
      ),
      ...SCOPES.map((scope) => get(`${at.directory}/deep/a?format=car&${scope}`)),
      ...SCOPES.map((scope) => get(`${at.sharded}/file-17.txt?format=car&${scope}`)),
      ...BYTES.map((bytes) => get(`${at.file}?format=car&dag-scope=entity&entity-bytes=${bytes}`)),
      get(`${at.directory}/big.bin?format=car&dag-scope=entity&entity-bytes=0:9`),
      get(`${at.directory}?format=car&dag-scope=entity&entity-bytes=0:9`),
      get(`${at.file}?format=car&entity-bytes=0:9`),
      ...both(`${at.file}?format=car`),
      ...['car-dups=y', 'car-dups=n', 'car-order=unk', 'car-order=dfs', 'car-version=1'].map((param) =>
        get(`${at.repeated}?format=car&${param}`),
      ),
      get(at.file, { accept: 'application/vnd.ipld.car' }),
      get(at.repeated, { accept: 'application/vnd.ipld.car; version=1; order=dfs; dups=y' }),
      get(at.repeated, { accept: 'application/vnd.ipld.car; version=1; order=unk; dups=n' }),
      get(`${at.directory}/nothing?format=car`),
      get(`${at.file}?format=car&filename=own.car`),
    ],
    'directory listing': [
      ...[at.directory, `${at.directory}/deep`, at.sharded, `${at.directory}/deep/a?b=c&d`].flatMap((path) =>
        both(path),
      ),
      ...[
        `${at.directory}/`,
        `${at.directory}/deep/`,
        `${at.sharded}/`,
        `${at.directory}/odd%20names/`,
      ].flatMap((path) => both(path)),
      get(`${at.directory}/site`),
      get(`${at.directory}/site/`),
      get(`${at.directory}/site/index.html`),
    ],
    errors: [
      get('hello'),
      get(`${at.small}x`),
      get(`${at.directory}/nothing`),
      get(`${at.directory}/deep/nothing/at/all`),
      get(`${at.small}/below/a/file`),
      get(at.small, { 'service-worker': 'script' }),
      get(`${at.file}?format=car&dag-scope=some`),
      get(`${at.file}?format=car&entity-bytes=some`),
      get(`${at.file}?format=car&entity-bytes=9:5`),
      get(`${at.file}?format=car&car-version=2`),
      get(`${at.file}?format=car&car-order=some`),
      get(`${at.file}?format=car&car-dups=some`),
      get(at.file, { accept: 'application/vnd.ipld.car; version=2' }),
      get(`${at.small}?format=unheard-of`),
      get(at.small, { accept: 'application/vnd.ipfs.ipns-record' }),
    ],
  };
  return Object.entries(groups).flatMap(([group, all]) => all.map((each) => ({ group, ...each })));
}
