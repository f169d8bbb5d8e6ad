import { expect } from 'chai';
import { bases } from 'multiformats/basics';
import { CID } from 'multiformats/cid';
import { createAdmission } from '../../../indexer/http/gateway/admission.ts';
import { createPackagedForms } from '../../../indexer/media/packaged.ts';
import { CHUNK, file } from '../media/content.ts';
import type { BlockStorage } from './gateway/block-storage.ts';
import { contentJson, entries, PROTECTED, startGateway } from './gateway/server.ts';

const SIZE = 175 * CHUNK + 99;
const DAG_CBOR = 0x71;
const RAW = 0x55;

describe('GET /ipfs/{cid} of what is sold, without payment', () => {
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let storage: BlockStorage;
  const sold = new Set<string>();
  let root: string;
  let inner: string;
  let leaf: string;

  before(async () => {
    // The catalogue knows prices by canonical CIDs; blocks, nodes and roots are all there is to decide by.
    const store = { isSold: async (cid: string) => sold.has(cid), activeStreams: async () => [] };
    const deps = { store, provider: null, nowSec: () => 0 };
    let admit: (cid: string) => Promise<void> = async () => undefined;
    gateway = await startGateway({ admit: (cid) => admit(cid) });
    ({ storage } = gateway);
    const packagedForm = createPackagedForms(storage);
    admit = createAdmission({ ...deps, storage, packagedForm } as unknown as Parameters<
      typeof createAdmission
    >[0]);
    root = (await storage.add(file(SIZE))).cid;
    [inner = ''] = storage.linksOf(root);
    leaf = storage.linksOf(inner)[7] ?? '';
  });
  beforeEach(() => {
    sold.clear();
    sold.add(root);
  });
  after(() => gateway.stop());

  const FORMATS = [
    '',
    '?format=raw',
    '?format=car',
    '?format=car&dag-scope=block',
    '?format=car&dag-scope=entity',
    '?format=car&dag-scope=all&car-dups=y',
    '?format=car&entity-bytes=0:9',
    '?format=car&entity-bytes=-9:*',
    '?filename=a.mp4&download=true',
  ];
  const HEADERS: Record<string, string>[] = [
    {},
    { range: 'bytes=0-9' },
    { accept: 'application/vnd.ipld.raw' },
    { accept: 'application/vnd.ipld.car; dups=y; order=unk' },
    { 'if-none-match': '*' },
    { 'cache-control': 'only-if-cached' },
  ];

  /** The same block, as many ways as there are to name it. */
  function spellings(text: string): string[] {
    const cid = CID.parse(text);
    const codecs = [cid, CID.createV1(RAW, cid.multihash), CID.createV1(0x70, cid.multihash)];
    const all = [...codecs, CID.createV1(DAG_CBOR, cid.multihash)].flatMap((each) => [
      each.toString(),
      each.toString(bases.base36),
      each.toString(bases.base58btc),
      bases.base16upper.encode(each.bytes),
      encodeURIComponent(bases.base64pad.encode(each.bytes)),
    ]);
    return [...all, CID.createV0(cid.multihash as never).toString(), text.replace('b', '%62'), `${text}=`];
  }

  async function statuses(cids: readonly string[], below = '', formats = FORMATS, headers = HEADERS) {
    const found = new Set<number>();
    for (const cid of cids)
      for (const format of formats)
        for (const each of headers)
          for (const method of ['GET', 'HEAD']) {
            const response = await gateway.get(cid + below + format, each, method);
            const body = Buffer.from(await response.arrayBuffer());
            found.add(response.status);
            if (response.status === 402) {
              expect(body.length, `${method} ${cid}`).to.be.below(200);
              expect(response.headers.get('etag')).to.equal(null);
            }
          }
    return [...found];
  }

  it('is refused in every format, scope and header: the root, an inner node and a leaf', async () => {
    for (const format of FORMATS)
      expect(await statuses([root, inner, leaf], '', [format])).to.deep.equal([402]);
  });

  it('is refused in every spelling, of another codec too', async () => {
    const all = [root, inner, leaf].flatMap(spellings);
    expect(await statuses(all, '', ['', '?format=raw', '?format=car'], [{}])).to.deep.equal([402]);
  });

  it('is refused below it too, and with a slash', async () => {
    for (const below of ['/', '/a', '/a/b?format=car']) {
      expect(await statuses([root, inner, leaf], below, [''], [{}])).to.deep.equal([402]);
    }
  });

  it('is refused to a preview of one bit: whether the client has it', async () => {
    for (const tag of [`"${root}"`, `"${root}.raw"`, '*'])
      for (const format of ['', '?format=raw', '?format=car'])
        expect((await gateway.get(root + format, { 'if-none-match': tag })).status).to.equal(402);
  });

  it('is refused where only other sold files hold it', async () => {
    const longer = (await storage.add(file(SIZE + CHUNK))).cid;
    sold.add(longer);
    expect(storage.below(longer).has(Buffer.from(CID.parse(leaf).multihash.digest).toString('hex'))).to.equal(
      true,
    );
    expect(await statuses([inner, leaf], '', ['', '?format=raw'], [{}])).to.deep.equal([402]);
    await storage.remove(longer);
  });

  it('is served where something free here holds it, and no more of it than that', async () => {
    const free = (await storage.add(file(174 * CHUNK))).cid;
    expect(free).to.equal(inner);
    expect(await statuses([inner, leaf], '', ['', '?format=raw'], [{}])).to.deep.equal([200]);
    expect(await statuses([root], '', ['', '?format=raw', '?format=car'], [{}])).to.deep.equal([402]);
    const tail = storage.linksOf(root)[1] ?? '';
    expect(await statuses([tail], '', ['', '?format=raw'], [{}])).to.deep.equal([402]);
    sold.add(free);
    expect(await statuses([inner, leaf], '', ['', '?format=raw'], [{}])).to.deep.equal([402]);
    await storage.remove(free);
  });

  it('is served where a listing of a part alone would sell it', async () => {
    sold.clear();
    sold.add(leaf);
    expect(await statuses([leaf], '', ['', '?format=raw'], [{}])).to.deep.equal([200]);
  });

  it('is served as a protected video: ciphertext and playlists, whatever its price', async () => {
    const protectedVideo = { 'master.m3u8': '#EXTM3U\n', 'v0/0.m4s': 'sealed', 'content.json': PROTECTED };
    const { cid } = await storage.addDirectory(entries(protectedVideo));
    sold.add(cid);
    expect(await statuses([cid], '/v0/0.m4s', ['', '?format=raw', '?format=car'], [{}])).to.deep.equal([200]);
    const segment = String((await storage.find(cid, 'v0/0.m4s'))?.cid);
    expect(await statuses([segment], '', ['', '?format=raw'], [{}])).to.deep.equal([200]);
  });

  it('is refused as a directory of clear files', async () => {
    const { cid } = await storage.addDirectory(entries({ 'film.mp4': 'clear', 'sub/content.json': '{}' }));
    sold.add(cid);
    const film = String((await storage.find(cid, 'film.mp4'))?.cid);
    expect(await statuses([cid, film])).to.deep.equal([402]);
    for (const below of ['/', '/film.mp4', '/film.mp4?format=car', '/sub/'])
      expect(await statuses([cid], below, [''], [{}])).to.deep.equal([402]);
  });

  it('is refused as a video that is packaged clear, and one that only says it is packaged', async () => {
    for (const said of [contentJson([null]), '{}']) {
      const { cid } = await storage.addDirectory(
        entries({ 'v0/0.m4s': `open ${said}`, 'content.json': said }),
      );
      expect(await statuses([cid], '/v0/0.m4s', [''], [{}])).to.deep.equal([200]);
      sold.add(cid);
      const segment = String((await storage.find(cid, 'v0/0.m4s'))?.cid);
      expect(await statuses([segment], '', ['', '?format=raw'], [{}])).to.deep.equal([402]);
      expect(await statuses([cid], '/v0/0.m4s', ['', '?format=car'], [{}])).to.deep.equal([402]);
    }
  });
});
