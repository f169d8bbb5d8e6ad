import { expect } from 'chai';
import { realVideo } from '../../packager/samples.ts';
import { until } from '../../until.ts';
import { type Api, CREATOR, NATIVE, startApi, UPLOAD } from './api.ts';
import { PROTECTED, protecting } from './protecting.ts';

type Row = Record<string, unknown>;

const REAL = { is_video: true, duration_sec: 12.02322, width: 640, height: 360 };
const CODECS = ['avc1.4d401e', 'mp4a.40.2'];
const NONE = { duration_sec: null, width: null, height: null, codecs: null, captions: [] };
const NO_VIDEO = { is_video: false, ...NONE };

describe('media in the catalogue', () => {
  let api: Api;
  before(async () => {
    api = await startApi({});
  });
  after(() => api.stop());

  const mediaAt = async (path: string) =>
    ((await api.get(path)).body.contents as Row[])[0]?.media as Row | null;
  const listed = (cid: string) => mediaAt(`/contents/${cid}`);

  async function measured(cid: string): Promise<Row | null> {
    const isMeasured = async () => typeof (await listed(cid))?.is_video === 'boolean';
    await until(`${cid} is measured`, isMeasured);
    const media = await listed(cid);
    expect(await mediaAt(`/contents?search=${cid}`)).to.deep.equal(media);
    return media;
  }

  const upload = async (content: string | Uint8Array<ArrayBuffer>) =>
    String(((await api.upload(content, UPLOAD)).body.meta as Row).cid);

  async function publish(cid: string): Promise<void> {
    const terms = { token: NATIVE, pricePerUnit: 0n, providerShareBps: 3_000, unit: 0 };
    await (await api.as(1).publish({ cid, ...terms, name: 'Listed', metadata: '' })).wait();
    await api.settled();
  }

  it('has length, size and codecs of a video', async () => {
    const video = await realVideo();
    const media = await measured(await upload(video));
    expect(media).to.deep.equal({ form: 'file', size: video.length, ...REAL, codecs: CODECS, captions: [] });
  });

  it('says of another file that it is no video', async () => {
    expect(await measured(await upload('a text'))).to.deep.equal({ form: 'file', size: 6, ...NO_VIDEO });
  });

  it('says how an upload is packaged', async () => {
    const on = protecting(api);
    for (const [price, form] of [
      ['0.001', 'protected'],
      ['0', 'packaged'],
    ] as const) {
      const { cid } = await on.packaged(await realVideo(), { ...PROTECTED, price });
      const size = (await api.deps.storage.stat(cid))?.sizeBytes;
      expect(await measured(cid)).to.deep.equal({ form, size, ...REAL, codecs: CODECS, captions: [] });
    }
  });

  it('shows what a card of a protected video needs: poster, free start, and what all of it costs', async () => {
    const on = protecting(api);
    const { cid } = await on.packaged(await realVideo(), { ...PROTECTED, preview_sec: 4, price: '0.001' });
    await measured(cid);
    const card = async () => ((await api.get(`/contents/${cid}`)).body.contents as Row[])[0];
    expect(await card()).to.include({ poster: null, preview_sec: 4, price_for_all: '0.001' });
    const text = 'a text sold by the minute, which nobody knows the minutes of';
    const clear = await api.add(text);
    const terms = { token: NATIVE, pricePerUnit: 5n, providerShareBps: 0, unit: 1 };
    for (const each of [cid, clear])
      await (await api.as(6).publish({ cid: each, ...terms, name: 'By the minute', metadata: '' })).wait();
    await api.settled();
    const { body } = await api.get(`/contents?unit=minute&sort=price`);
    const told = (body.contents as Row[]).map((row) => [row.cid, row.price_for_all_base_units, row.listings]);
    // 12 s are one minute.
    expect(told).to.deep.equal([
      [cid, '5', 2],
      [clear, null, 1],
    ]);
    const first = (body.contents as { first_listing: Row }[])[0]?.first_listing;
    expect(first).to.include({ content_creator_wallet: CREATOR });
  });

  it('is known of what the operator has it serve', async () => {
    const text = 'a text of somebody else';
    const cid = await api.add(text);
    await api.deps.storage.remove(cid);
    await publish(cid);
    expect(await listed(cid)).to.equal(null);
    await api.call('PUT', `/offers/${cid}`, { body: text, headers: api.asOperator });
    expect(await measured(cid)).to.deep.equal({ form: 'file', size: text.length, ...NO_VIDEO });
  });

  it('is null for what is not here, also once it has gone', async () => {
    const cid = await upload('a text that goes');
    await measured(cid);
    await api.deps.storage.remove(cid);
    expect(await listed(cid)).to.equal(null);
  });
});
