import { expect } from 'chai';
import { UploadBusy } from '../../../indexer/uploads/errors.ts';
import { jpeg } from '../../packager/pictures.ts';
import { expectProblem, useApi } from './api.ts';
import { cidIn, newVideo, PROTECTED, protecting } from './protecting.ts';
import { UPLOAD } from './samples.ts';
import { leftBehind, metadata, receiving, tusOn } from './tus.ts';
import { fileOf, type Row } from './uploads.ts';

describe('a resumable upload', () => {
  const api = useApi({ config: { maxUploadBytes: 1_000_000 } });
  const tus = tusOn(api);

  it('comes in pieces, and becomes what it is in one', async () => {
    const file = fileOf(300_000);
    const path = await tus.begun(file.length);
    expect(await tus.offset(path)).to.equal(0);
    const first = await tus.patch(path, 0, file.subarray(0, 100_000));
    expect(first.status).to.equal(204);
    expect(first.headers.get('upload-offset')).to.equal('100000');
    expect(Date.parse(String(first.headers.get('upload-expires')))).to.be.greaterThan(
      Date.now() + 23 * 3_600_000,
    );
    const answer = await tus.head(path);
    expect(answer.headers.get('upload-length')).to.equal('300000');
    expect(answer.headers.get('upload-metadata')).to.equal(metadata({ json_data: UPLOAD }));
    expect(answer.headers.get('cache-control')).to.equal('no-store');
    expect(await tus.state(path)).to.include({ state: 'receiving', progress: 1 / 3, result: null });
    expect((await tus.patch(path, 100_000, file.subarray(100_000))).status).to.equal(204);
    const { state, result } = await tus.ended(path);
    expect(state).to.equal('packaged');
    const simple = await api.upload(file, UPLOAD);
    const { published_at: _, ...meta } = simple.body.meta as Row;
    expect(result).to.deep.include({ message: simple.body.message });
    expect(result?.meta).to.deep.include(meta);
    expect(await tus.offset(path)).to.equal(file.length);
    expect(leftBehind(api)).to.deep.equal([]);
  });

  it('may begin with bytes', async () => {
    const file = fileOf(2_000, 1);
    const answer = await tus.begin(
      file.length,
      UPLOAD,
      { 'content-type': 'application/offset+octet-stream' },
      file,
    );
    expect(answer.status).to.equal(201);
    expect(answer.headers.get('upload-offset')).to.equal('2000');
    const { result } = await tus.ended(String(answer.headers.get('location')));
    expect(result?.meta.size).to.equal(2_000);
  });

  it('is packaged where that is asked for, with its poster', async () => {
    const file = await newVideo(6);
    const path = await tus.begun(file.length, PROTECTED);
    const poster = await api.call('PUT', `${path}/poster`, { body: Buffer.from('no picture') });
    expectProblem(poster, 400, 'bad_poster', 'poster');
    expect((await api.call('PUT', `${path}/poster`, { body: JPEG })).status).to.equal(200);
    await tus.patch(path, 0, file);
    const shown = await tus.ended(path);
    expect(shown.problem).to.equal(null);
    expect(await protecting(api).file(cidIn(shown as never), 'poster.jpg')).to.deep.equal(Buffer.from(JPEG));
    expectProblem(await api.call('PUT', `${path}/poster`, { body: JPEG }), 409, 'upload_complete', 'id');
    expect(leftBehind(api)).to.deep.equal([]);
  });

  it('goes to the storage that is asked for', async () => {
    const file = fileOf(2_000, 2);
    const path = await tus.begun(file.length, { ...UPLOAD, storage: 'ethstorage' });
    await tus.patch(path, 0, file);
    const { result } = await tus.ended(path);
    const { body } = await api.uploadOnChain(file, UPLOAD);
    expect(result?.web3_url).to.equal(body.web3_url);
    expect(result?.meta.cid).to.equal((body.meta as Row).cid);
  });

  it('takes no poster for a file that is stored as it is', async () => {
    const path = await tus.begun(9);
    expectProblem(await api.call('PUT', `${path}/poster`, { body: JPEG }), 400, 'bad_poster', 'poster');
    await tus.end(path);
  });

  it('goes on where it ends, and nowhere else', async () => {
    const path = await tus.begun(100);
    await tus.patch(path, 0, fileOf(40));
    expectProblem(await tus.patch(path, 0, fileOf(40)), 409, 'upload_offset', 'Upload-Offset');
    expectProblem(await tus.patch(path, 41, fileOf(40)), 409, 'upload_offset', 'Upload-Offset');
    expect(await tus.offset(path)).to.equal(40);
    const late = api.deps.resumable.write(path.slice('/uploads/'.length), 0, [fileOf(9)] as never);
    expect(await late.catch((error: unknown) => error)).to.be.instanceOf(UploadBusy);
    expectProblem(await tus.patch(path, 40, fileOf(61)), 413, 'file_too_large', 'file');
    expect(await tus.offset(path)).to.equal(40);
    await tus.end(path);
  });

  it('is ended by its client', async () => {
    const path = await tus.begun(100);
    await tus.patch(path, 0, fileOf(40));
    expect(leftBehind(api)).to.have.length(1);
    expect((await tus.end(path)).status).to.equal(204);
    expect(leftBehind(api)).to.deep.equal([]);
    expectProblem(await tus.patch(path, 40, fileOf(60)), 410, 'upload_expired', 'id');
    expect((await tus.head(path)).status).to.equal(410);
    expectProblem(await api.get(path), 410, 'upload_expired', 'id');
    expectProblem(await tus.end(path), 410, 'upload_expired', 'id');
    expect(await receiving(api)).to.deep.equal([]);
  });

  it('is not ended once it is whole', async () => {
    const path = await tus.begun(10);
    await tus.patch(path, 0, fileOf(10, 2));
    expectProblem(await tus.end(path), 409, 'upload_complete', 'id');
    expectProblem(await tus.patch(path, 10, ''), 409, 'upload_complete', 'id');
    await tus.ended(path);
  });

  it('has its terms checked before its first byte', async () => {
    const begin = (headers: Record<string, string>) =>
      tus.call('POST', '/uploads', {
        'upload-length': '9',
        'upload-metadata': metadata({ json_data: UPLOAD }),
        ...headers,
      });
    const broken: [Record<string, string>, number, string, string?][] = [
      [{ 'tus-resumable': '0.2.2' }, 412, 'tus_version', 'Tus-Resumable'],
      [{ 'upload-length': '' }, 400, 'bad_upload_header', 'Upload-Length'],
      [{ 'upload-length': '-1' }, 400, 'bad_upload_header', 'Upload-Length'],
      [{ 'upload-length': '1e3' }, 400, 'bad_upload_header', 'Upload-Length'],
      [{ 'upload-length': '0' }, 400, 'empty_file', 'file'],
      [{ 'upload-length': '1000001' }, 413, 'file_too_large', 'file'],
      [{ 'upload-defer-length': '1' }, 400, 'bad_upload_header', 'Upload-Defer-Length'],
      [{ 'upload-concat': 'partial' }, 400, 'bad_upload_header', 'Upload-Concat'],
      [{ 'upload-metadata': '' }, 400, 'missing_part', 'json_data'],
      [{ 'upload-metadata': 'json_data' }, 400, 'missing_part', 'json_data'],
      [{ 'upload-metadata': 'json_data ?' }, 400, 'bad_upload_metadata', 'Upload-Metadata'],
      [
        { 'upload-metadata': metadata({ json_data: UPLOAD, more: 'x' }) },
        400,
        'bad_upload_metadata',
        'Upload-Metadata',
      ],
      [{ 'upload-metadata': metadata({ json_data: '[]' }) }, 400, 'malformed_json', 'json_data'],
      [
        { 'upload-metadata': `json_data ${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64')}` },
        400,
        'malformed_json',
        'json_data',
      ],
      [
        { 'upload-metadata': metadata({ json_data: { ...UPLOAD, price: 'free' } }) },
        400,
        'bad_price',
        'price',
      ],
      [
        { 'upload-metadata': metadata({ json_data: { ...UPLOAD, creator_share: 1 } }) },
        400,
        'shares_sum',
        'provider_share',
      ],
      [
        { 'upload-metadata': metadata({ json_data: { ...UPLOAD, other: 1 } }) },
        400,
        'unknown_field',
        'other',
      ],
    ];
    for (const [headers, status, code, field] of broken) {
      const answer = await begin(headers);
      expect(answer.headers.get('tus-resumable'), code).to.equal('1.0.0');
      expectProblem(answer, status, code as never, field);
    }
    expect(leftBehind(api)).to.deep.equal([]);
    expect(await receiving(api)).to.deep.equal([]);
  });

  it('says what a piece lacks', async () => {
    const path = await tus.begun(9);
    const piece = (headers: Record<string, string>) => tus.patch(path, 0, fileOf(9), headers);
    expectProblem(
      await piece({ 'content-type': 'video/mp4' }),
      415,
      'unsupported_media_type',
      'Content-Type',
    );
    expectProblem(await piece({ 'upload-offset': 'x' }), 400, 'bad_upload_header', 'Upload-Offset');
    expectProblem(await piece({ 'tus-resumable': '' }), 412, 'tus_version', 'Tus-Resumable');
    expectProblem(await tus.patch('/uploads/nobody', 0, fileOf(9)), 404, 'unknown_upload', 'id');
    expect((await tus.head('/uploads/nobody')).status).to.equal(404);
    await tus.end(path);
  });

  it('is not broken by headers that are for others', async () => {
    const others = {
      'x-forwarded-proto': 'https, http', // of two proxies, one behind the other
      'upload-concat': '?',
      'upload-defer-length': '?',
      'tus-version': '?',
    };
    const begun = await tus.begin(9, UPLOAD, { 'x-forwarded-proto': 'https, http', 'upload-offset': '?' });
    expect(begun.status).to.equal(201);
    const path = String(begun.headers.get('location'));
    for (const length of ['9', '?']) {
      const given = { ...others, 'upload-length': length, 'upload-metadata': '?' };
      const offset = await tus.offset(path, given);
      expect((await tus.patch(path, offset, 'abc', given)).status, length).to.equal(204);
    }
    expect(await tus.offset(path, others)).to.equal(6);
    expect((await tus.end(path, others)).status).to.equal(204);
  });

  it('is not unpacked, and says so', async () => {
    const packed = { 'content-encoding': 'gzip' };
    const refused = [415, 'unsupported_media_type', 'Content-Encoding'] as const;
    expectProblem(await tus.begin(9, UPLOAD, packed), ...refused);
    const path = await tus.begun(9);
    expectProblem(await tus.patch(path, 0, fileOf(9), packed), ...refused);
    expect(await tus.offset(path)).to.equal(0);
    await tus.end(path);
  });

  it('is found by its OPTIONS, also from pages that may write here', async () => {
    const answer = await fetch(`${api.url}/uploads`, { method: 'OPTIONS' });
    expect(answer.status).to.equal(204);
    expect(Object.fromEntries(answer.headers)).to.include({
      'tus-version': '1.0.0',
      'tus-extension': 'creation,creation-with-upload,termination,expiration',
      'tus-max-size': '1000000',
    });
    const asked = {
      origin: 'http://localhost:3000',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'tus-resumable,upload-offset,content-type',
    };
    const preflight = await fetch(`${api.url}/uploads/x`, { method: 'OPTIONS', headers: asked });
    expect(preflight.headers.get('access-control-allow-origin')).to.equal('http://localhost:3000');
    expect(preflight.headers.get('access-control-allow-methods')).to.contain('PATCH');
    expect(preflight.headers.get('access-control-allow-headers')).to.contain('upload-offset');
    const path = await tus.begun(9, UPLOAD, { origin: 'http://localhost:3000' });
    const head = await tus.head(path, { origin: 'http://localhost:3000' });
    expect(head.headers.get('access-control-expose-headers')).to.match(/Retry-After.*Upload-Offset/);
    expectProblem(
      await tus.begin(9, UPLOAD, { origin: 'https://evil.example' }),
      403,
      'origin_not_allowed',
      'Origin',
    );
    await tus.end(path);
  });
});

const JPEG = jpeg();
