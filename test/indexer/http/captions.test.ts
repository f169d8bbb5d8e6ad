import { expect } from 'chai';
import { type Api, CREATOR, expectProblem, startApi, UPLOAD } from './api.ts';
import { cidIn, newVideo, PROTECTED, protecting, type Shown, shownIn } from './protecting.ts';
import { leftBehind, tusOn } from './tus.ts';
import { openUploads, type Row, type Uploads } from './uploads.ts';

const MiB = 1024 ** 2;
const GERMAN = { language: 'de', label: 'Deutsch' };
const BRAZILIAN = { language: 'pt-BR', label: 'Português' };
const text = (words: string) => `WEBVTT\n\n00:01.000 --> 00:02.000\n${words}\n`;
/** As it stands in the directory. */
const kept = (words: string) =>
  text(words).replace('WEBVTT\n', 'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n');
type Text = readonly [name: string, text: string | Uint8Array<ArrayBuffer>];

describe('captions of an upload', () => {
  let api: Api;
  let on: ReturnType<typeof protecting>;
  let tus: ReturnType<typeof tusOn>;
  before(async () => {
    api = await startApi();
    on = protecting(api);
    tus = tusOn(api);
  });
  after(() => api.stop());

  const form = (meta: Row, texts: readonly Text[], file: Uint8Array<ArrayBuffer> | string) => {
    const body = new FormData();
    body.append('json_data', JSON.stringify(meta));
    for (const [name, bytes] of texts) body.append('captions', new Blob([bytes]), name);
    body.append('file', new Blob([file]), 'video.mp4');
    return body;
  };
  const upload = (meta: Row, texts: readonly Text[], file: Uint8Array<ArrayBuffer> | string = 'a file') =>
    api.call('POST', '/upload-content', { body: form(meta, texts, file) });
  const content = async (cid: string) => JSON.parse(String(await on.file(cid, 'content.json'))) as Row;
  const cidOf = ({ result }: Pick<Shown, 'result'>) => cidIn({ result } as Shown);
  const put = (path: string, language: string, body: string | Uint8Array<ArrayBuffer>) =>
    api.call('PUT', `${path}/captions/${language}`, { body });

  it('stand in the directory and in the listing, and are text to everybody', async () => {
    const meta = {
      ...PROTECTED,
      captions: [
        { ...GERMAN, language: 'DE' },
        { ...BRAZILIAN, language: 'pt-br' },
      ],
    };
    const texts: Text[] = [
      ['film.de.vtt', text('Hallo').replaceAll('\n', '\r\n')],
      ['film.pt.vtt', text('Olá')],
    ];
    const answer = await upload(meta, texts, await newVideo(6));
    expect(answer.status, JSON.stringify(answer.body)).to.equal(202);
    expect(shownIn(answer)).to.deep.include({ captions: ['de', 'pt-BR'] });
    const shown = await on.ended(shownIn(answer).id);
    expect(shown).to.deep.include({ state: 'packaged', captions: ['de', 'pt-BR'] });
    const cid = cidOf(shown);
    expect((await content(cid)).captions).to.deep.equal([
      { path: 'captions/de.vtt', ...GERMAN },
      { path: 'captions/pt-BR.vtt', ...BRAZILIAN },
    ]);
    expect(String(await on.file(cid, 'captions/de.vtt'))).to.equal(kept('Hallo'));
    const open = await fetch(`${api.url}/ipfs/${cid}/captions/pt-BR.vtt`);
    expect(open.headers.get('content-type')).to.equal('text/vtt; charset=utf-8');
    expect(open.headers.get('access-control-allow-origin')).to.equal('*');
    expect(await open.text()).to.equal(kept('Olá'));
    const listing = async () => ((await api.get(`/contents/${cid}`)).body.contents as Row[])[0]?.media as Row;
    expect((await listing()).captions).to.deep.equal(['de', 'pt-BR']);
  });

  it('come with a resumable upload one by one, before its first byte', async () => {
    const file = await newVideo(6);
    const path = await tus.begun(file.length, { ...PROTECTED, captions: [GERMAN, BRAZILIAN] });
    expect(await tus.state(path)).to.deep.include({ captions: ['de', 'pt-BR'] });
    expectProblem(await tus.patch(path, 0, file), 409, 'captions_missing', 'captions');
    expect((await put(path, 'de', text('Alt'))).status).to.equal(200);
    const missing = expectProblem(await tus.patch(path, 0, file), 409, 'captions_missing', 'captions');
    expect(missing.detail).to.contain('pt-BR');
    expect((await put(path, 'PT-br', text('Olá'))).status).to.equal(200);
    await tus.patch(path, 0, file.subarray(0, 1_000));
    expect((await put(path, 'de', text('Neu'))).status).to.equal(200);
    await tus.patch(path, 1_000, file.subarray(1_000));
    const shown = await tus.ended(path);
    expect(shown.problem).to.equal(null);
    const cid = cidOf(shown as never);
    expect(String(await on.file(cid, 'captions/de.vtt'))).to.equal(kept('Neu'));
    expect(String(await on.file(cid, 'captions/pt-BR.vtt'))).to.equal(kept('Olá'));
    expectProblem(await put(path, 'de', text('Spät')), 409, 'upload_complete', 'id');
    expect(leftBehind(api)).to.deep.equal([]);
  });

  it('of a resumable upload that brings bytes at once have no time to come', async () => {
    const headers = { 'content-type': 'application/offset+octet-stream' };
    const begun = await tus.begin(9, { ...PROTECTED, captions: [GERMAN] }, headers, new Uint8Array(9));
    expectProblem(begun, 409, 'captions_missing', 'captions');
    expect(leftBehind(api)).to.deep.equal([]);
  });

  it('are refused beside a file that is kept as it is', async () => {
    const meta = { ...UPLOAD, captions: [GERMAN] };
    const why = expectProblem(await upload(meta, [['a.vtt', text('a')]]), 400, 'bad_captions', 'captions');
    expect(why.detail).to.contain('"protect": true');
    expectProblem(await upload(UPLOAD, [['a.vtt', text('a')]]), 400, 'bad_captions', 'captions');
    expectProblem(await tus.begin(9, meta), 400, 'bad_captions', 'captions');
    expect((await upload({ ...UPLOAD, captions: [] }, [])).status).to.equal(200);
    const path = await tus.begun(9, UPLOAD);
    expectProblem(await put(path, 'de', text('a')), 400, 'bad_captions', 'captions');
    await tus.end(path);
  });

  it('are refused where they are no WebVTT, by the name of the file and its line', async () => {
    const before = api.mediaFiles();
    const wrong: [Text[1], string][] = [
      ['1\n00:00:01,000 --> 00:00:02,000\nSRT\n', 'film.de.vtt, line 1: A WebVTT file begins with WEBVTT.'],
      [
        `${text('a')}\n00:00.500 --> 00:02.000\nb\n`,
        'film.de.vtt, line 6: The cue starts before the one above it',
      ],
      [new Uint8Array([0x57, 0xff, 0xfe]), 'film.de.vtt, line 1: It is no text in UTF-8.'],
    ];
    for (const [bytes, detail] of wrong) {
      const answer = await upload(
        { ...PROTECTED, captions: [GERMAN] },
        [['film.de.vtt', bytes]],
        await newVideo(6),
      );
      expect(expectProblem(answer, 400, 'bad_captions', 'captions').detail).to.contain(detail);
    }
    const path = await tus.begun(9, { ...PROTECTED, captions: [GERMAN] });
    const answer = await put(path, 'de', 'WEBVTT\n\nHallo\n');
    expect(expectProblem(answer, 400, 'bad_captions', 'captions').detail).to.contain('captions de, line 3: ');
    expectProblem(await put(path, 'fr', text('a')), 400, 'bad_captions', 'captions');
    expectProblem(await put(path, 'deutsch', text('a')), 400, 'bad_captions', 'language');
    await tus.end(path);
    expect(api.mediaFiles()).to.deep.equal(before);
  });

  it('are refused in a language or by a label that is none, twice, or by the dozen', async () => {
    const many = Array.from({ length: 17 }, (_, nth) => ({ language: `x${nth}`, label: `${nth}` }));
    const wrong: [field: string, unknown][] = [
      ['captions.0.language', [{ ...GERMAN, language: 'deutsch' }]],
      ['captions.0.language', [{ ...GERMAN, language: '../a' }]],
      ['captions.1.label', [GERMAN, { ...BRAZILIAN, label: 'a "b"' }]],
      ['captions', [GERMAN, { language: 'DE', label: 'b' }]],
      ['captions', [GERMAN, { language: 'fr', label: 'DEUTSCH' }]],
      ['captions', many.map((each, nth) => ({ ...each, language: `a${String.fromCharCode(97 + nth)}` }))],
      ['captions', 'de'],
    ];
    for (const [field, captions] of wrong) {
      expectProblem(await upload({ ...PROTECTED, captions } as Row, []), 400, 'bad_captions', field);
    }
    const unknown = { ...PROTECTED, captions: [{ ...GERMAN, file: 'a' }] };
    expectProblem(await upload(unknown as Row, []), 400, 'unknown_field', 'captions.0.file');
  });

  it('are as many as json_data names, and of 1 MiB at most', async () => {
    const meta = { ...PROTECTED, captions: [GERMAN] };
    const a: Text = ['a.vtt', text('a')];
    for (const texts of [[], [a, a]])
      expectProblem(await upload(meta, texts), 400, 'bad_captions', 'captions');
    expectProblem(await upload(meta, Array(17).fill(a)), 400, 'duplicate_part', 'captions');
    const large = text('a'.repeat(MiB));
    const answer = await upload(meta, [['a.vtt', large]], await newVideo(6));
    expect(expectProblem(answer, 413, 'captions_too_large', 'captions')).to.include({ max_bytes: MiB });
    const path = await tus.begun(9, meta);
    expectProblem(await put(path, 'de', large), 413, 'captions_too_large', 'captions');
    await tus.end(path);
    const asText = new FormData();
    asText.append('captions', text('a'));
    const not = await api.call('POST', '/upload-content', { body: asText });
    expectProblem(not, 400, 'not_a_file', 'captions');
  });
});

describe('captions of an upload of a wallet', () => {
  let uploads: Uploads;
  afterEach(() => uploads.api.stop());

  it("are the wallet's alone to bring, stand in its list, and count against its quota", async () => {
    uploads = await openUploads({ walletBytes: 2_000 });
    const { api } = uploads;
    const tus = tusOn(api);
    const session = await api.signedIn(1);
    const path = await tus.begun(1_000, { ...PROTECTED, captions: [GERMAN] }, session);
    const put = (headers: Record<string, string>, words: string) =>
      api.call('PUT', `${path}/captions/de`, { body: text(words), headers });
    expectProblem(await put(await api.signedIn(4), 'a'), 404, 'unknown_upload', 'id');
    expectProblem(await put({}, 'a'), 401, 'sign_in_required');
    const { receiving } = (await api.get(`/wallets/${CREATOR}/uploads`, session)).body as {
      receiving: Row[];
    };
    expect(receiving.map(({ captions }) => captions)).to.deep.equal([['de']]);
    expectProblem(await put(session, 'a'.repeat(2_000)), 413, 'quota_exceeded', 'file');
    expect((await put(session, 'a'.repeat(1_500))).status).to.equal(200);
    expect((await put(session, 'b'.repeat(1_500))).status).to.equal(200);
    const file = new Uint8Array(1_000);
    expectProblem(await tus.patch(path, 0, file, session), 413, 'quota_exceeded', 'file');
    expect((await put(session, 'a'.repeat(700))).status).to.equal(200);
    expect((await tus.patch(path, 0, file.subarray(0, 999), session)).status).to.equal(204);
  });
});
