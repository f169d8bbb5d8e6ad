import { globSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { getJson, type HostProcess, startHost } from '../e2e/host.ts';
import { until } from '../until.ts';
import { makeSource } from './ffmpeg-sources.ts';

const META = {
  content_creator_wallet: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  creator_share: 70,
  provider_share: 30,
  price: '0.001',
  protect: true,
};
const ENV = { FFMPEG: 'ffmpeg', RENDITIONS: '240,144' };

interface Shown {
  upload: { id: string; state: string; progress: number };
}

describe('a protected upload on a host with ffmpeg', () => {
  let dataDir: string;
  let host: HostProcess;
  let source: Uint8Array<ArrayBuffer>;
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 're-encoded-host-'));
    source = new Uint8Array(await readFile(await makeSource(dataDir, 'mp4', '640x360')));
    host = await startHost({ dataDir: join(dataDir, 'host'), env: ENV });
  });
  after(async () => {
    await host?.end('SIGTERM');
    await rm(dataDir, { recursive: true, force: true });
  });

  const upload = async () => {
    const form = new FormData();
    form.append('json_data', JSON.stringify({ ...META, video_name: 'a video' }));
    form.append('file', new Blob([source]), 'video.mp4');
    const answer = await fetch(`${host.url}/upload-content`, { method: 'POST', body: form });
    expect(answer.status).to.equal(202);
    return ((await answer.json()) as Shown).upload.id;
  };
  const packaged = async (id: string) => {
    let shown: Shown['upload'] | undefined;
    await until(
      'it is packaged',
      async () => {
        shown = (await getJson<Shown>(`${host.url}/uploads/${id}`)).upload;
        return shown.state === 'packaged' || shown.state === 'failed';
      },
      120_000,
    );
    return shown;
  };
  const folder = () => join(dataDir, 'host', 'packaging');

  it('gets its renditions and a poster, though the host is killed while they are made', async () => {
    const id = await upload();
    await until('ffmpeg is at work', () => ffmpegOn(folder()).length === 1, 60_000);
    expect(globSync('*-work.*', { cwd: folder() })).to.have.length(1);
    await host.end('SIGKILL');
    await until('ffmpeg has ended', () => ffmpegOn(folder()).length === 0);
    host = await startHost({ dataDir: join(dataDir, 'host'), env: ENV });

    const shown = await packaged(id);
    expect(shown).to.include({ state: 'packaged', progress: 1 });
    const { contents } = await getJson<{ contents: { cid: string }[] }>(`${host.url}/contents`);
    const url = `${host.url}/ipfs/${contents[0]?.cid}`;
    const content = await getJson<{ renditions: { height: number }[] }>(`${url}/content.json`);
    expect(content.renditions.map(({ height }) => height)).to.deep.equal([360, 240, 144]);
    expect((await fetch(`${url}/poster.jpg`)).headers.get('content-type')).to.equal('image/jpeg');
    expect(readdirSync(folder())).to.deep.equal([]);
  });
});

/** Processes that were started with files of a folder. */
function ffmpegOn(path: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words[0]?.endsWith('ffmpeg') && words.some((word) => word.includes(path));
    } catch {
      return false; // It has ended meanwhile.
    }
  });
}
