import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import { CODES } from '../../../indexer/http/problems/codes.ts';
import type { RefusalReason } from '../../../packager/errors.ts';
import { jpeg } from '../../packager/pictures.ts';
import { makeVideo, packetsOf } from '../../packager/samples.ts';
import { until } from '../../until.ts';
import { type Api, CREATOR, expectProblem, OTHER, startApi, UPLOAD } from './api.ts';
import { type Heard, listenTo } from './listener.ts';
import { cidIn, newVideo, opened, type Part, PROTECTED, protecting, shownIn } from './protecting.ts';
import type { Row } from './uploads.ts';

/** All of them: another one does not compile. */
const REFUSALS: Record<RefusalReason, true> = {
  unknown_format: true,
  no_video: true,
  codec_not_playable: true,
  encrypted: true,
  damaged: true,
  key_frames_too_rare: true,
  segment_too_large: true,
  too_long: true,
};

describe('POST /upload-content with protect', () => {
  let api: Api;
  let on: ReturnType<typeof protecting>;
  before(async () => {
    api = await startApi();
    on = protecting(api);
  });
  after(() => api.stop());

  const sources = () => readdirSync(join(api.dataDir, 'packaging'));
  const json = (meta: Row = PROTECTED): Part => ['json_data', JSON.stringify(meta)];
  const fileWith = (bytes: Uint8Array<ArrayBuffer> | string): Part => ['file', new Blob([bytes])];
  /** As a phone takes it. */
  const photo = () => {
    const [start, rest] = [jpeg().subarray(0, 2), jpeg().subarray(2)];
    return Buffer.concat([start, Buffer.from('ffe10008457869660000', 'hex'), rest, Buffer.from('a trailer')]);
  };
  const poster: Part = ['poster', new Blob([photo()])];
  const left = () => ({ media: api.mediaFiles(), sources: sources() });

  it('is taken at once, packaged with its poster, published, served, and its source is deleted', async () => {
    const answer = await on.upload(await newVideo(6), { ...PROTECTED, serve: true }, {}, poster);
    expect(answer.status).to.equal(202);
    const { id, state, problem, result } = shownIn(answer);
    expect(state).to.be.oneOf(['queued', 'packaging']);
    expect({ problem, result }).to.deep.equal({ problem: null, result: null });
    expect(answer.headers.get('location')).to.equal(`/uploads/${id}`);
    const shown = await on.ended(id);
    expect(shown).to.include({ id, state: 'packaged', progress: 1, problem: null });
    expect(sources()).to.deep.equal([]);
    const meta = shown.result?.meta as Row;
    expect(meta).to.include({ video_name: 'Sample Video', content_creator_wallet: CREATOR, price: '0.001' });
    const { body } = await api.get(`/contents/${meta.cid}`);
    expect((body.contents as Row[])[0]).to.include({ tx_hash: meta.tx_hash });
    expect(shown.result?.stream).to.include({ stream_url: `${api.url}/play/${meta.cid}` });
    expect((await on.file(String(meta.cid), 'poster.jpg')).equals(jpeg())).to.equal(true);
  });

  it('gives everybody ciphertext, which the kept secret opens', async () => {
    const video = await newVideo();
    const { cid } = await on.packaged(video, { ...PROTECTED, preview_sec: 6 });
    const secret = on.secretOf(cid, CREATOR);
    if (secret === null) throw new Error('there is no secret');
    const playlist = String(await on.file(cid, 'v0/index.m3u8'));
    const segments = await opened(playlist, secret, (uri) => on.file(cid, `v0/${uri}`));
    expect(playlist.match(/\.m4s/g)?.length).to.be.above(3);
    expect(playlist.indexOf('#EXT-X-KEY')).to.be.above(playlist.indexOf('0.m4s'));
    const whole = new Uint8Array(Buffer.concat([await on.file(cid, 'v0/init.mp4'), ...segments]));
    const frames = (shown: { bytes: string }[]) => shown.map(({ bytes }) => bytes);
    expect(frames((await packetsOf(whole)).video)).to.deep.equal(frames((await packetsOf(video)).video));
    const content = JSON.parse(String(await on.file(cid, 'content.json')));
    expect(content).to.include({ preview_sec: 6, duration_sec: 30 });
  });

  it('is removed by its creator as a file is, and what opens it stays', async () => {
    const before = left();
    const { cid } = await on.packaged(await newVideo(6));
    expect((await api.remove(cid, CREATOR)).status).to.equal(200);
    expect(left()).to.deep.equal(before);
    expect(on.secretOf(cid, CREATOR)).to.have.length(32);
  });

  it('is packaged in its turn, and under another CID when the same is sent again', async () => {
    const video = await newVideo(6);
    const blob = new Blob([JSON.stringify(PROTECTED)], { type: 'application/json' });
    const listening = await listenTo(`${api.url}/events?kind=upload`);
    const answers = [
      await on.upload(await newVideo(60)),
      await on.upload(video),
      await on.send([['json_data', blob], fileWith(video)]),
    ];
    const [first = '', second = '', last = ''] = answers.map((answer) => shownIn(answer).id);
    expect((await on.stateOf(last)).state).to.equal('queued');
    const [one, other] = [await on.ended(last), await on.stateOf(second)];
    expect(cidIn(one)).to.not.equal(cidIn(other));
    expect((await on.stateOf(first)).state).to.equal('packaged');
    const packaged = () =>
      listening.heard.flatMap(({ event, data }) =>
        event === 'upload.progress' && data.state === 'packaged' ? data.upload_id : [],
      );
    await until('the last is told', () => packaged().includes(last));
    expect(packaged()).to.deep.equal([first, second, last]);
    listening.close();
  });

  describe('tells by /events', () => {
    it('its creator, and nobody who asks for another wallet, how far it is', async () => {
      const mine = await listenTo(`${api.url}/events?kind=upload&wallet=${CREATOR}`);
      const others = await listenTo(`${api.url}/events?wallet=${OTHER}`);
      const { id } = await on.packaged(await newVideo(6));
      const isTold = ({ event, data }: Heard) => event === 'upload.progress' && data.state === 'packaged';
      await until('its end is told', () => mine.heard.some(isTold));
      const heard = await mine.hear(3);
      expect(heard.slice(0, 2)).to.deep.equal(['upload.progress queued', 'upload.progress packaging']);
      expect(heard.at(-1)).to.equal('upload.progress packaged');
      expect(mine.heard[0]?.data).to.deep.equal({ upload_id: id, state: 'queued', progress: 0 });
      expect(mine.heard.at(-1)?.data).to.deep.equal({ upload_id: id, state: 'packaged', progress: 1 });
      expect(others.heard).to.deep.equal([]);
      mine.close();
      others.close();
    });
  });

  describe('refuses, and keeps nothing of', () => {
    let before: ReturnType<typeof left>;
    beforeEach(() => {
      before = left();
    });
    afterEach(() => expect(left()).to.deep.equal(before));

    const meta = (more: Row) => json({ ...PROTECTED, ...more });

    it('a file that comes before json_data', async () => {
      const answer = await on.send([fileWith(await newVideo(6)), json()]);
      expectProblem(answer, 400, 'json_data_first', 'json_data');
      expect(answer.body.detail).to.include('Kubo');
    });

    it('a file for EthStorage, whichever call says so', async () => {
      const parts = [meta({ storage: 'ethstorage' }), fileWith('a video')];
      expectProblem(await on.send(parts), 400, 'bad_storage', 'storage');
      expectProblem(await api.uploadOnChain('a video', PROTECTED), 400, 'bad_storage', 'storage');
    });

    it('an empty file', async () => {
      expectProblem(await on.send([json(), fileWith('')]), 400, 'empty_file', 'file');
    });

    it('a preview that is no number of seconds up to 60', async () => {
      for (const preview_sec of [61, -1, 1.5, '6']) {
        expectProblem(
          await on.upload('a video', { ...PROTECTED, preview_sec }),
          400,
          'bad_preview',
          'preview_sec',
        );
      }
    });

    it('a preview of what is not protected', async () => {
      expectProblem(
        await on.upload('a video', { ...UPLOAD, preview_sec: 6 }),
        400,
        'bad_preview',
        'preview_sec',
      );
    });

    it('a poster of what is not protected', async () => {
      const answer = await on.upload('a video', UPLOAD, {}, ['poster', new Blob([jpeg()])]);
      expectProblem(answer, 400, 'bad_poster', 'poster');
    });

    it('a poster that is no JPEG, or stops halfway', async () => {
      for (const bytes of ['GIF89a', jpeg().subarray(0, -2), jpeg().subarray(0, 40), '']) {
        const answer = await on.upload(await newVideo(6), PROTECTED, {}, ['poster', new Blob([bytes])]);
        expectProblem(answer, 400, 'bad_poster', 'poster');
      }
    });

    it('a poster of more than 2 MiB', async () => {
      const large = new Blob([jpeg(), new Uint8Array(2 * 1024 ** 2)]);
      const answer = await on.upload(await newVideo(6), PROTECTED, {}, ['poster', large]);
      expectProblem(answer, 413, 'poster_too_large', 'poster');
    });

    it('a file of which a client goes away in the middle', async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const boundary = 'a-boundary';
      const req = request(`${api.url}/upload-content`, {
        method: 'POST',
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      });
      req.on('error', () => resolve());
      req.write(
        `--${boundary}\r\ncontent-disposition: form-data; name="json_data"\r\n\r\n${JSON.stringify(PROTECTED)}\r\n` +
          `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\na part`,
      );
      await until('it arrives', () => sources().length === 1);
      req.destroy();
      await promise;
      await until('it is gone', () => sources().length === 0);
    });

    it('a poster that is text', async () => {
      const answer = await on.send([json(), ['poster', 'text'], fileWith('a video')]);
      expectProblem(answer, 400, 'not_a_file', 'poster');
    });
  });

  describe('failing, leaves nothing', () => {
    const staged = async () => (await api.state()).rows.staged_uploads;
    const failed = async (file: Uint8Array<ArrayBuffer> | string, meta?: Row, ...more: Part[]) => {
      const before = await staged();
      const { id } = shownIn(await on.upload(file, meta, {}, ...more));
      const { state, problem, result } = await on.ended(id);
      expect({ state, result }).to.deep.equal({ state: 'failed', result: null });
      await until('its source is deleted', () => sources().length === 0);
      expect(await staged()).to.deep.equal(before);
      return problem?.code;
    };

    it('and is named by a code, whatever the packager refuses', () => {
      expect(CODES).to.include.all.keys(Object.keys(REFUSALS));
    });

    it('of what is no video that can be packaged', async () => {
      const media = api.mediaFiles();
      expect(await failed('text')).to.equal('unknown_format');
      expect(await failed(await makeVideo('mp4', { seconds: 6, video: null }))).to.equal('no_video');
      expect(await failed(await makeVideo('mov', { seconds: 6, video: 'prores' }))).to.equal(
        'codec_not_playable',
      );
      expect(await failed(await makeVideo('mp4', { seconds: 30, groupSec: 25 }))).to.equal(
        'key_frames_too_rare',
      );
      expect(await failed((await newVideo(6)).subarray(0, -500))).to.equal('damaged');
      expect(api.mediaFiles()).to.deep.equal(media);
    });

    describe('at price 0', () => {
      const free = { ...PROTECTED, price: '0.00' };
      let video: Uint8Array<ArrayBuffer>;
      let cid: string;
      before(async () => {
        video = await newVideo(6);
        const answer = await on.send([json(free), fileWith(video), poster]);
        cid = cidIn(await on.ended(shownIn(answer).id));
      });

      it('is packaged clear, which needs no secret and always makes the same', async () => {
        expect(on.secretOf(cid, CREATOR)).to.equal(null);
        expect(String(await on.file(cid, 'v0/index.m3u8'))).to.not.include('EXT-X-KEY');
        expect((await on.file(cid, 'poster.jpg')).equals(jpeg())).to.equal(true);
        expect((await on.packaged(video, free, {}, poster)).cid).to.equal(cid);
      });

      it('fails where it is listed with other terms already', async () => {
        const other = { ...free, creator_share: 60, provider_share: 40 };
        expect(await failed(video, other, poster)).to.equal('terms_differ');
      });

      it('fails where it is taken down', async () => {
        const taking = await api.call('PUT', `/takedowns/${cid}`, { headers: api.asOperator });
        expect(taking.status).to.equal(200);
        expect((await fetch(`${api.url}/ipfs/${cid}/master.m3u8`)).status).to.equal(451);
        expect(await failed(video, free, poster)).to.equal('taken_down');
      });
    });
  });

  it('GET /uploads/{id} knows no other upload', async () => {
    for (const id of ['nothing', crypto.randomUUID()]) {
      expectProblem(await api.get(`/uploads/${id}`), 404, 'unknown_upload', 'id');
    }
  });
});
