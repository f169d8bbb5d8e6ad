import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Api, eventually, expectProblem, startApi } from './api.ts';
import { UPLOAD } from './samples.ts';
import { leftBehind, tusOn } from './tus.ts';
import { cidOf, fileOf } from './uploads.ts';

describe('a resumable upload over lines that break', () => {
  const file = fileOf(500_000, 3);
  let dataDir: string;
  let api: Api;
  let tus: ReturnType<typeof tusOn>;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'resumable-'));
    await start();
  });
  afterEach(async () => {
    await api.stop();
    rmSync(dataDir, { recursive: true });
  });

  async function start(): Promise<void> {
    api = await startApi({ dataDir });
    tus = tusOn(api);
  }

  /** A piece of which no more comes than is written. */
  function slowly(
    path: string,
    offset: number,
  ): { piece: ClientRequest; answer: Promise<IncomingMessage | null> } {
    const headers = {
      ...{
        'tus-resumable': '1.0.0',
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
      },
      'content-length': file.length - offset,
    };
    const piece = request(`${api.url}${path}`, { method: 'PATCH', headers });
    const answer = once(piece, 'response').then(
      ([found]: IncomingMessage[]) => found?.resume() ?? null,
      () => null,
    );
    return { piece, answer };
  }
  /** As the host has it, without a request that has the piece end. */
  const arrived = (path: string, bytes: number) =>
    eventually(
      async () => (await tus.state(path)).progress * file.length,
      (found) => Math.round(found) >= bytes,
    );

  it('goes on where the line broke', async () => {
    const path = await tus.begun(file.length);
    const { piece, answer } = slowly(path, 0);
    piece.write(file.subarray(0, 200_000));
    await arrived(path, 200_000);
    piece.destroy();
    expect(await answer).to.equal(null);
    const offset = await tus.offset(path);
    expect(offset).to.equal(200_000);
    expect((await tus.patch(path, offset, file.subarray(offset))).status).to.equal(204);
    const { result } = await tus.ended(path);
    expect(result?.meta.cid).to.equal(cidOf(await api.upload(file, UPLOAD)));
  });

  it('has one piece at a time: another is turned away, and who asks how far it is ends the first', async () => {
    const path = await tus.begun(file.length);
    const { piece, answer } = slowly(path, 0);
    piece.write(file.subarray(0, 200_000));
    await arrived(path, 200_000);
    expectProblem(await tus.patch(path, 0, file), 423, 'upload_busy', 'id');
    expectProblem(await tus.patch(path, 200_000, file.subarray(200_000)), 423, 'upload_busy', 'id');
    expect(await tus.offset(path)).to.equal(200_000);
    expect(await answer).to.include({ statusCode: 204 });
    expect((await answer)?.headers).to.include({ 'upload-offset': '200000' });
    piece.destroy();
    expect((await tus.patch(path, 200_000, file.subarray(200_000))).status).to.equal(204);
    expect((await tus.ended(path)).state).to.equal('packaged');
  });

  it('of two at once one goes on', async () => {
    const path = await tus.begun(file.length);
    const both = await Promise.all([0, 1].map(() => tus.patch(path, 0, file)));
    const statuses = both.map(({ status }) => status).sort();
    expect(statuses[0]).to.equal(204);
    expect(statuses[1]).to.be.oneOf([409, 423]);
    expect((await tus.ended(path)).state).to.equal('packaged');
  });

  it('is ended while a piece is on its way', async () => {
    const path = await tus.begun(file.length);
    const { piece, answer } = slowly(path, 0);
    piece.write(file.subarray(0, 1_000));
    await arrived(path, 1_000);
    expect((await tus.end(path)).status).to.equal(204);
    await answer;
    piece.destroy();
    expect(leftBehind(api)).to.deep.equal([]);
  });

  it('goes on after a start of the host, and what is whole is stored then', async () => {
    const path = await tus.begun(file.length);
    await tus.patch(path, 0, file.subarray(0, 300_000));
    await api.stop();
    await start();
    expect(await tus.offset(path)).to.equal(300_000);
    await tus.patch(path, 300_000, file.subarray(300_000));
    await api.stop();
    await start();
    expect((await tus.ended(path)).state).to.equal('packaged');
    expect(leftBehind(api)).to.deep.equal([]);
  });
});
