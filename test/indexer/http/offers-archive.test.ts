import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import type { Code } from '../../../indexer/http/problems/codes.ts';
import { carOf } from '../media/car-of.ts';
import { CHUNK } from '../media/content.ts';
import { type Answer, type Api, CREATOR, expectProblem, NATIVE, startApi } from './api.ts';
import { entries, PROTECTED } from './gateway/server.ts';

const VIDEO = { 'master.m3u8': 300, 'content.json': PROTECTED, 'v0/0.m4s': CHUNK + 17, empty: null };

describe("the operator's calls with an archive: PUT /offers/{cid}", () => {
  let api: Api;
  let cid: string;
  let archive: Buffer;
  before(async () => {
    api = await startApi({ remote: true });
    ({ cid, archive } = await listed(VIDEO, { unit: 0 }));
  });
  after(() => api.stop());
  afterEach(async () => {
    await api.call('DELETE', `/offers/${cid}`, { headers: api.asOperator });
  });

  async function listed(content: Parameters<typeof entries>[0], { unit }: { unit: number }) {
    const { header, sections, cid } = await carOf(entries(content));
    const terms = { token: NATIVE, pricePerUnit: 10n ** 15n, providerShareBps: 3_000, unit };
    await (await api.as(1).publish({ cid, ...terms, name: 'Listed', metadata: '' })).wait();
    await api.settled();
    return { cid, archive: Buffer.concat([header, ...sections]) };
  }
  const put = (body: Buffer, query = '', type = 'application/vnd.ipld.car; version=1', of = cid) =>
    api.call('PUT', `/offers/${of}${query}`, { body, headers: { ...api.asOperator, 'content-type': type } });
  const left = () => [
    ...api.mediaFiles(),
    ...readdirSync(api.dataDir).filter((name) => /^\.[0-9a-f-]{36}$/.test(name)),
  ];

  it('keeps the directory, and registers no stream of it while its keys are not here', async () => {
    const { status, body } = await put(archive);
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body).to.include({ cid, content_creator_wallet: CREATOR, stream_url: null });
    expect((await api.get(`/streams/${cid}`)).body.streams).to.deep.equal([]);
    await api.deps.serving.fulfil();
    const told = api.logged.filter(({ facts }) => facts.cid === cid).map(({ level }) => level);
    expect([...new Set(told)], 'as it goes, and no fault').to.deep.equal(['info']);
    expect(await api.deps.storage.find(cid, 'empty')).to.include({ kind: 'directory' });
    const answer = await fetch(`${api.url}/ipfs/${cid}/v0/0.m4s`);
    expect({ status: answer.status, bytes: (await answer.arrayBuffer()).byteLength }).to.deep.equal({
      status: 200,
      bytes: VIDEO['v0/0.m4s'],
    });
    const removed = await api.call('DELETE', `/offers/${cid}`, { headers: api.asOperator });
    expect(removed.body.removed).to.equal(true);
    expect(left()).to.deep.equal([]);
  });

  const refused: [what: string, () => Promise<Answer>, status: number, code: Code, field: string][] = [
    ['an archive that is cut short', () => put(archive.subarray(0, -1)), 400, 'bad_archive', 'cid'],
    ['no archive', () => put(Buffer.from('a video')), 400, 'bad_archive', 'cid'],
    ['an archive that is sent as a file', () => put(archive, '', 'video/mp4'), 400, 'cid_differs', 'cid'],
    ['an archive over max_size', () => put(archive, '?max_size=1000'), 413, 'file_too_large', 'file'],
  ];
  for (const [what, call, status, code, field] of refused) {
    it(`${what}: ${code}, and nothing is left`, async () => {
      expectProblem(await call(), status, code, field);
      expect(left()).to.deep.equal([]);
    });
  }

  const clear = { 'master.m3u8': 300, 'v0/0.m4s': 17 };
  it('serves one that is clear', async () => {
    const film = await listed(clear, { unit: 0 });
    const { body } = await put(film.archive, '', undefined, film.cid);
    expect(body).to.include({ cid: film.cid, stream_url: `${api.url}/play/${film.cid}` });
    await api.call('DELETE', `/offers/${film.cid}`, { headers: api.asOperator });
  });

  it('keeps no clear one that is priced by the minute', async () => {
    const film = await listed({ ...clear, 'v0/1.m4s': 18 }, { unit: 1 });
    expectProblem(await put(film.archive, '', undefined, film.cid), 400, 'minute_not_sold', 'unit');
    expect(left()).to.deep.equal([]);
  });

  it('looks for room for the archive and for what is in it', async () => {
    const asked: number[] = [];
    const { disk } = api.deps;
    const { requireRoom } = disk;
    disk.requireRoom = async (bytes) => void asked.push(bytes);
    await put(archive);
    disk.requireRoom = requireRoom;
    expect(asked).to.deep.equal([2 * archive.length]);
  });
});
