import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { CID } from 'multiformats/cid';
import { until } from '../../until.ts';
import { bytesOf, CHUNK, file } from '../media/content.ts';
import { readCar } from './gateway/car-file.ts';
import { entries, startGateway } from './gateway/server.ts';

const SIZE = 3 * CHUNK + 1234;
const RAW = 'application/vnd.ipld.raw';
const CAR = 'application/vnd.ipld.car';

describe('GET /ipfs/{cid}, for clients that verify', () => {
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  /** Of one file. */
  let root: string;
  let leaves: string[];
  let directory: string;

  before(async () => {
    gateway = await startGateway();
    root = (await gateway.storage.add(file(SIZE))).cid;
    leaves = gateway.storage.linksOf(root);
    const files = { 'a/b/c.txt': 'c', 'a/b/big.mp4': SIZE, 'd.txt': 'd' };
    directory = (await gateway.storage.addDirectory(entries(files))).cid;
  });
  after(() => gateway.stop());

  const get = (...args: Parameters<typeof gateway.get>) => gateway.get(...args);
  const bytes = async (response: Response) => Buffer.from(await response.arrayBuffer());
  const car = async (path: string) => readCar(await bytes(await get(path)));
  const at = async (path: string) => String((await gateway.storage.find(directory, path))?.cid);
  const codeOf = async (response: Response) => [
    response.status,
    ((await response.json()) as { code: string }).code,
  ];

  describe('?format=raw', () => {
    it('gives a block as it is: a root, a leaf, a directory, what stands at a path', async () => {
      const asked = [root, leaves[1] ?? '', directory, `${directory}/a/b`, `${directory}/a/b/c.txt`];
      for (const path of asked) {
        const response = await get(`${path}?format=raw`);
        const cid = path.includes('/') ? await at(path.slice(directory.length + 1)) : path;
        expect((await bytes(response)).equals((await gateway.storage.block(cid)) ?? Buffer.of())).to.equal(
          true,
        );
        expect(Object.fromEntries(response.headers), path).to.include({
          'cache-control': 'public, max-age=29030400, immutable',
          'content-type': RAW,
          'content-disposition': `attachment; filename="${cid}.bin"; filename*=UTF-8''${cid}.bin`,
          etag: `"${cid}.raw"`,
          vary: 'Accept',
          'x-content-type-options': 'nosniff',
        });
      }
    });

    it('gives it by Accept too, and says where it stands without', async () => {
      const response = await get(`${directory}/d.txt`, { accept: `text/html;q=0.2, ${RAW}` });
      expect(response.headers.get('content-type')).to.equal(RAW);
      expect(response.headers.get('content-location')).to.equal(`/ipfs/${directory}/d.txt?format=raw`);
      expect((await get(`${root}?format=raw`, { accept: CAR })).headers.get('content-type')).to.equal(RAW);
    });

    it('gives a range of it, and 304 by its own ETag alone', async () => {
      const [leaf = ''] = leaves;
      const part = await get(`${leaf}?format=raw`, { range: 'bytes=5-9' });
      expect(part.headers.get('content-range')).to.equal(`bytes 5-9/${CHUNK}`);
      expect((await bytes(part)).equals(bytesOf(5, 5))).to.equal(true);
      const known = (tag: string) => get(`${leaf}?format=raw`, { 'if-none-match': tag });
      expect((await known(`"x", "${leaf}.raw"`)).status).to.equal(304);
      expect((await known(`"${leaf}"`)).status).to.equal(200);
      const head = await get(`${leaf}?format=raw`, {}, 'HEAD');
      expect(head.headers.get('content-length')).to.equal(String(CHUNK));
    });

    it('is refused for a block that is missing, or damaged', async () => {
      const other = await startGateway();
      const { cid } = await other.storage.add(file(SIZE));
      const [first = '', second = ''] = other.storage.linksOf(cid);
      other.storage.lose(first);
      other.storage.damage(second);
      const raw = async (block: string) => codeOf(await other.get(`${block}?format=raw`));
      expect(await raw(first)).to.deep.equal([500, 'BlockMissing']);
      expect(await raw(second)).to.deep.equal([500, 'BlockDamaged']);
      other.stop();
    });
  });

  describe('?format=car', () => {
    it('gives all blocks of a file, the root first, then leaf by leaf', async () => {
      const response = await get(`${root}?format=car`);
      expect(Object.fromEntries(response.headers)).to.include({
        'accept-ranges': 'none',
        'cache-control': 'public, max-age=29030400, immutable',
        'content-type': `${CAR}; version=1; order=dfs; dups=n`,
        'content-disposition': `attachment; filename="${root}.car"; filename*=UTF-8''${root}.car`,
        'x-content-type-options': 'nosniff',
      });
      expect(response.headers.get('etag')).to.match(new RegExp(`^W/"${root}\\.car\\.[\\w-]+"$`));
      expect(readCar(await bytes(response))).to.deep.equal({ root, cids: [root, ...leaves] });
    });

    it('proves a path by the blocks on its way', async () => {
      const way = [directory, await at('a'), await at('a/b')];
      const end = await at('a/b/c.txt');
      expect(await car(`${directory}/a/b/c.txt?format=car`)).to.deep.equal({
        root: end,
        cids: [...way, end],
      });
      const big = await at('a/b/big.mp4');
      expect((await car(`${directory}/a/b/big.mp4?format=car&dag-scope=block`)).cids).to.deep.equal([
        ...way,
        big,
      ]);
    });

    it('gives of a directory the block, the directory alone, or all below', async () => {
      const scope = async (name: string) => (await car(`${directory}?format=car&dag-scope=${name}`)).cids;
      expect(await scope('block')).to.deep.equal([directory]);
      expect(await scope('entity')).to.deep.equal([directory]);
      const all = await scope('all');
      const hashes = all.map((cid) => Buffer.from(CID.parse(cid).multihash.digest).toString('hex'));
      expect(new Set(hashes)).to.deep.equal(gateway.storage.below(directory));
      expect(new Set(all).size).to.equal(all.length);
    });

    const spans: [bytes: string, leaves: number[]][] = [
      ['0:*', [0, 1, 2, 3]],
      ['0:0', [0]],
      [`${CHUNK - 1}:${CHUNK}`, [0, 1]],
      [`${CHUNK}:${2 * CHUNK - 1}`, [1]],
      ['-1:*', [3]],
      [`-${1234 + 1}:-1235`, [2]],
      [`${SIZE}:*`, []],
    ];
    for (const [span, wanted] of spans) {
      it(`gives the leaves that hold the bytes ${span}`, async () => {
        for (const scope of ['', '&dag-scope=entity']) {
          const { cids } = await car(`${root}?format=car&entity-bytes=${span}${scope}`);
          expect(cids).to.deep.equal([root, ...wanted.map((index) => leaves[index])]);
        }
      });
    }

    it('gives a block once, or as often as it is named', async () => {
      const { cid } = await gateway.storage.add(
        (async function* () {
          yield Buffer.alloc(348 * CHUNK);
        })(),
      );
      const [inner = ''] = gateway.storage.linksOf(cid);
      const [leaf = ''] = gateway.storage.linksOf(inner);
      const once = (await car(`${cid}?format=car`)).cids;
      expect(once.slice(0, 3)).to.deep.equal([cid, inner, leaf]);
      expect(new Set(once).size).to.equal(once.length);
      const response = await get(`${cid}?format=car&car-dups=y&car-order=unk`);
      expect(response.headers.get('content-type')).to.equal(`${CAR}; version=1; order=unk; dups=y`);
      const all = readCar(await bytes(response)).cids;
      expect(all.filter((each) => each === leaf)).to.have.length(348);
      expect(all.filter((each) => each === inner)).to.have.length(2);
      const part = (await car(`${cid}?format=car&entity-bytes=${CHUNK * 100}:${CHUNK * 300}`)).cids;
      expect([...part].sort()).to.deep.equal([cid, inner, leaf].sort());
    });

    it('tells by ETags apart what is not the same archive', async () => {
      const params = ['', '&dag-scope=block', '&entity-bytes=0:9', '&car-dups=y', '&car-order=unk'];
      const tags = await Promise.all(
        params.map(async (more) => (await get(`${root}?format=car${more}`, {}, 'HEAD')).headers.get('etag')),
      );
      expect(new Set(tags).size).to.equal(params.length);
      const known = { 'if-none-match': `"x", ${tags[0]}` };
      expect((await get(`${root}?format=car`, known)).status).to.equal(304);
      expect((await get(`${root}?format=car&dag-scope=block`, known)).status).to.equal(200);
    });

    it('reads what Accept says of it, and says where it stands without', async () => {
      const response = await get(root, { accept: `${CAR}; version=1; order=unk; dups=y` });
      expect(response.headers.get('content-type')).to.equal(`${CAR}; version=1; order=unk; dups=y`);
      expect(response.headers.get('content-location')).to.equal(
        `/ipfs/${root}?car-dups=y&car-order=unk&car-version=1&format=car`,
      );
    });

    for (const wrong of [
      'dag-scope=some',
      'entity-bytes=5',
      'entity-bytes=9:5',
      'entity-bytes=a:b',
      'car-version=2',
      'car-order=bfs',
      'car-dups=maybe',
    ]) {
      it(`refuses ${wrong}`, async () => {
        expect(await codeOf(await get(`${root}?format=car&${wrong}`))).to.deep.equal([400, 'invalid_field']);
      });
    }

    it('spells its root as the client did, and takes parts in version 0', async () => {
      const v0 = CID.parse(root).toV0().toString();
      expect((await car(`${v0}?format=car`)).root).to.equal(v0);
    });

    it('breaks off at a block that is missing or damaged, and sends none that is wrong', async () => {
      for (const harm of ['lose', 'damage'] as const) {
        const other = await startGateway();
        const { cid } = await other.storage.add(file(SIZE));
        other.storage[harm](other.storage.linksOf(cid)[2] ?? '');
        const response = await other.get(`${cid}?format=car`);
        expect(response.status).to.equal(200);
        expect(await response.arrayBuffer().catch((error: Error) => error.message)).to.equal('terminated');
        other.storage[harm](cid);
        expect((await other.get(`${cid}?format=car`)).status).to.equal(500);
        other.stop();
      }
    });

    it('holds no block for a reader that has stopped, and goes on where it was', async () => {
      const { cid } = await gateway.storage.add(file(60 * CHUNK));
      const stopped = await begun(gateway.server.address() as AddressInfo, `/ipfs/${cid}?format=car`);
      const { handed } = gateway.storage;
      await until('blocks are read', () => handed.length > 4);
      await until('no block is held', () => {
        collectGarbage();
        return handed.every((block) => block.deref() === undefined);
      });
      const pieces: Buffer[] = [];
      for await (const piece of stopped) pieces.push(piece);
      expect(readCar(Buffer.concat(pieces)).cids).to.have.length(60 + 1);
    });
  });
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** An answer of whose body nothing is taken yet. */
async function begun({ port }: AddressInfo, path: string): Promise<IncomingMessage> {
  const [response] = await once(request({ host: '127.0.0.1', port, path, agent: false }).end(), 'response');
  return response;
}
