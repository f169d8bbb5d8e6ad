import { hash } from 'node:crypto';
import { expect } from 'chai';
import { startApi } from '../indexer/http/api.ts';
import { bytesOf, CHUNK } from '../indexer/media/content.ts';
import { type Answer, ask } from './gateway/ask.ts';
import { DIFFERENCES } from './gateway/differences.ts';
import { addFixtures, FILES, type Fixtures, SIZE } from './gateway/fixtures.ts';
import { type Asked, requestsOf } from './gateway/requests.ts';
import { KuboProcess } from './kubo-node.ts';

/** What the specifications of IPFS gateways name of an answer. */
const HEADERS = [
  ...['cache-control', 'content-type', 'etag', 'content-range', 'accept-ranges', 'content-disposition'],
  ...['location', 'content-location', 'x-ipfs-path', 'x-ipfs-roots'],
];
/** Of these both have a list, and this host's may be longer. */
const LISTS = [
  ...['access-control-allow-origin', 'access-control-allow-methods', 'access-control-allow-headers'],
  'access-control-expose-headers',
];

/** Here nothing may differ, but for what an error says. */
const EXACT = ['unixfs file ranges', 'CORS', 'raw blocks'];

describe("the gateway beside Kubo's own over the same blocks", () => {
  let node: KuboProcess;
  let at: Fixtures;
  let theirs: string;
  let api: Awaited<ReturnType<typeof startApi>>;
  const used = new Set<string>();

  before(async () => {
    const settings = { 'Addresses.Gateway': '/ip4/127.0.0.1/tcp/0', 'Gateway.NoFetch': true };
    node = await KuboProcess.start(settings);
    at = await addFixtures(node);
    theirs = await node.gatewayUrl();
    api = await startApi({ env: { IPFS_API_URL: node.url } });
  });
  after(async () => {
    await api.stop();
    await node.dispose();
  });

  /** What of both answers differs without leave. */
  async function compare(asked: Asked, host = api.url): Promise<string[]> {
    const [kubo, ours] = await Promise.all([ask(theirs, asked), ask(host, asked)]);
    const isExact = EXACT.includes(asked.group) && kubo.status < 400;
    const allowed = isExact ? [] : DIFFERENCES.filter((each) => each.applies(asked, kubo, ours));
    const differing = differingParts(kubo, ours);
    for (const { name, parts } of allowed)
      if (differing.some(([part]) => parts.includes(part))) used.add(name);
    return differing
      .filter(([part]) => !allowed.some(({ parts }) => parts.includes(part)))
      .map(
        ([part, one, other]) =>
          `${asked.method} ${asked.path} ${JSON.stringify(asked.headers)}: ${part}: ${one} | ${other}`,
      );
  }

  const GROUPS = [
    ...['unixfs files', 'unixfs file ranges', 'spellings', 'missing blocks', 'cache', 'CORS', 'raw blocks'],
    ...['trustless CAR', 'directory listing', 'errors'],
  ];
  for (const group of GROUPS) {
    it(`answers as it does: ${group}`, async () => {
      const requests = requestsOf(at).filter((each) => each.group === group);
      expect(requests.length).to.be.above(5);
      const wrong: string[] = [];
      for (const asked of requests) wrong.push(...(await compare(asked)));
      expect(wrong).to.deep.equal([]);
    });
  }

  it('was asked at least 150 things, and differs in no more ways than are named', () => {
    const requests = requestsOf(at);
    expect(requests.length).to.be.at.least(150);
    expect(new Set(requests.map(({ group }) => group))).to.deep.equal(new Set(GROUPS));
    expect(DIFFERENCES.length).to.be.at.most(10);
    expect([...used].sort()).to.deep.equal(DIFFERENCES.map(({ name }) => name).sort());
  });

  it('is the same over the embedded store, which has the same CIDs for the same files', async () => {
    const embedded = await startApi();
    try {
      const { storage } = embedded.deps;
      const content = async function* (bytes: Uint8Array) {
        yield bytes;
      };
      const add = async (bytes: Uint8Array) => (await storage.add(content(bytes))).cid;
      expect(await add(bytesOf(0, SIZE))).to.equal(at.file);
      expect(await add(Buffer.from('hello\n'))).to.equal(at.small);
      expect(await add(Buffer.alloc(0))).to.equal(at.empty);
      expect(await add(Buffer.alloc(60 * CHUNK))).to.equal(at.repeated);
      const entries = async function* () {
        for (const [path, text] of Object.entries(FILES)) yield { path, content: content(Buffer.from(text)) };
        yield { path: 'big.bin', content: content(bytesOf(0, SIZE)) };
      };
      expect((await storage.addDirectory(entries())).cid).to.equal(at.directory);
      const absent = [at.v0, at.sharded, at.damaged, at.damagedLeaf];
      const requests = requestsOf(at).filter(({ path }) => !absent.some((cid) => path.includes(cid)));
      expect(requests.length).to.be.at.least(150);
      const wrong: string[] = [];
      for (const asked of requests) wrong.push(...(await compare(asked, embedded.url)));
      expect(wrong).to.deep.equal([]);
    } finally {
      await embedded.stop();
    }
  });

  it('lists the same names with the same CIDs', async () => {
    for (const directory of [at.directory, at.sharded]) {
      const listing = { group: '', path: `/ipfs/${directory}/`, method: 'GET', headers: {} } as const;
      const page = String((await ask(api.url, listing)).body);
      const names = (await node.ipfs('ls', directory)).trim().split('\n');
      expect(names.length).to.be.above(5);
      for (const line of names) {
        const [, cid = '', name = ''] = /^(\S+)\s+\S+\s+(.+)$/.exec(line) ?? [];
        expect(page).to.contain(`>${name}</a>`).and.to.contain(cid);
      }
    }
  });

  it('gives an archive that a node imports', async () => {
    const asked = { group: '', method: 'GET', headers: {} } as const;
    const { body } = await ask(api.url, { ...asked, path: `/ipfs/${at.directory}?format=car` });
    const other = await KuboProcess.start();
    try {
      await other.importCar(body);
      const read = (name: string) => other.ipfs('cat', `/ipfs/${at.directory}/${name}`);
      expect(await read('hello.txt')).to.equal('hello\n');
      expect(await read('deep/a/b/c.txt')).to.equal('deep');
    } finally {
      await other.dispose();
    }
  });
});

function differingParts(kubo: Answer, ours: Answer): [part: string, theirs: unknown, ours: unknown][] {
  const all: [part: string, theirs: unknown, ours: unknown][] = [
    ['status', kubo.status, ours.status],
    ['body', digest(kubo.body), digest(ours.body)],
    ['end', kubo.isBroken, ours.isBroken],
    ...HEADERS.map((name): [string, unknown, unknown] => [name, kubo.headers[name], ours.headers[name]]),
    ...LISTS.map((name): [string, unknown, unknown] => {
      const listed = items(ours.headers[name]);
      return [
        name,
        '',
        items(kubo.headers[name])
          .filter((item) => !listed.includes(item))
          .join(', '),
      ];
    }),
  ];
  // To have more than was asked for is no difference: Kubo leaves out the roots of a 304, and the path of a 412.
  const more = ['x-ipfs-roots', 'x-ipfs-path'];
  return all.filter(
    ([part, one, other]) =>
      one !== other && !(more.includes(part) && one === undefined && kubo.status >= 300),
  );
}

function digest(body: Buffer): string {
  return `${body.length} bytes, ${hash('sha256', body)}`;
}

function items(list: string | string[] | undefined): string[] {
  return String(list ?? '')
    .toLowerCase()
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
