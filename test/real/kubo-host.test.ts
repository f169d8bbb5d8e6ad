import { expect } from 'chai';
import { dataFolder, eventually, type HostProcess, removeFolder, startHost } from '../e2e/host.ts';
import { bytesOf, CHUNK } from '../indexer/media/content.ts';
import { makeVideo } from '../packager/samples.ts';
import { CutWire } from './kubo-cut.ts';
import { KuboProcess } from './kubo-node.ts';

const SIZE = 40 * CHUNK;
const CREATOR = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

interface Packaged {
  upload: { id: string; state: string; result: { meta: { cid: string } } | null };
}

describe('a host whose media is on Kubo', () => {
  let node: KuboProcess;
  let wire: CutWire;
  let dataDir: string;
  let host: HostProcess;
  /** The id of an upload that is packaged later. */
  let waiting: string;

  before(async () => {
    node = await KuboProcess.start();
    wire = await CutWire.to(node.url);
    dataDir = await dataFolder();
    await node.kill();
    host = await startHost({ dataDir, env: { IPFS_API_URL: wire.url, LOG_LEVEL: 'warn' } });
  });
  after(async () => {
    await host.end('SIGTERM');
    await removeFolder(dataDir);
    await wire.close();
    await node.dispose();
  });

  const upload = (bytes: Uint8Array, more: object = {}) => {
    const form = new FormData();
    const terms = { creator_share: 70, provider_share: 30, price: '0.001', ...more };
    form.set('json_data', JSON.stringify({ video_name: 'V', content_creator_wallet: CREATOR, ...terms }));
    form.set('file', new Blob([Uint8Array.from(bytes)]), 'video.mp4');
    return fetch(`${host.url}/upload-content`, { method: 'POST', body: form });
  };
  const uploaded = async (): Promise<string> => {
    const answer = (await (await upload(bytesOf(0, SIZE))).json()) as { meta: { cid: string } };
    return answer.meta.cid;
  };
  const problem = async (answer: Response) => {
    const { code } = (await answer.json()) as { code: string };
    return [answer.status, code, answer.headers.get('retry-after')];
  };
  const storageState = async () => {
    const answer = await fetch(`${host.url}/readyz`);
    const { parts } = (await answer.json()) as {
      parts: { storage: { name: string; state: string; reason?: string } };
    };
    return { status: answer.status, ...parts.storage };
  };

  it('starts without the node, and says where it expects it', async () => {
    expect(host.output()).to.contain(`Kubo at ${wire.url} (IPFS_API_URL)`);
    const warned = `IPFS_API_URL ${wire.url} does not work yet`;
    await eventually(10_000, storageState, () => host.output().includes(warned));
    expect(host.output()).to.contain(warned);
    expect(await storageState()).to.include({ status: 503, name: 'kubo', state: 'down' });
  });

  it('answers 503 to what needs the node at once, and publishes nothing', async () => {
    expect(await problem(await upload(bytesOf(0, SIZE)))).to.deep.equal([503, 'unavailable', '1']);
    const cid = 'bafkreietseox7mbu3i3vb7ros2unfux4aqryzvgytw7scpl5juzn65javy';
    expect(await problem(await fetch(`${host.url}/ipfs/${cid}`))).to.deep.equal([503, 'unavailable', '1']);
    const { contents } = (await (await fetch(`${host.url}/contents`)).json()) as { contents: unknown[] };
    expect(contents).to.deep.equal([]);
    const answer = await upload(await makeVideo('mp4', { seconds: 12 }), { protect: true });
    expect(answer.status).to.equal(202);
    waiting = ((await answer.json()) as Packaged).upload.id;
  });

  it('works as soon as the node is there', async () => {
    await node.start();
    expect(await storageState()).to.include({ status: 200, name: 'kubo', state: 'up' });
    const cid = await uploaded();
    const whole = Buffer.from(await (await fetch(`${host.url}/ipfs/${cid}`)).arrayBuffer());
    expect(whole.equals(bytesOf(0, SIZE))).to.equal(true);
    const missing = await fetch(
      `${host.url}/ipfs/bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e`,
    );
    expect(await problem(missing)).to.deep.equal([404, 'media_not_found', null]);
  });

  it('packages what was uploaded while the node was away, and has it pinned', async () => {
    const isPackaged = ({ upload: { state } }: Packaged) => state === 'packaged';
    const ask = async () => (await (await fetch(`${host.url}/uploads/${waiting}`)).json()) as Packaged;
    const { upload: shown } = await eventually(60_000, ask, isPackaged);
    expect(shown).to.include({ state: 'packaged' });
    const cid = String(shown.result?.meta.cid);
    expect(await node.pins()).to.include(cid);
    const playlist = await (await fetch(`${host.url}/ipfs/${cid}/v0/index.m3u8`)).text();
    expect(playlist).to.include('METHOD=AES-128');
  });

  it('breaks off a download when the node does, and never ends it as if it were whole', async () => {
    const cid = await uploaded();
    wire.left = 10 * CHUNK;
    const answer = await fetch(`${host.url}/ipfs/${cid}`);
    expect(answer.status).to.equal(200);
    const failure = await answer.arrayBuffer().then(
      () => expect.fail('the download ended'),
      (error: Error) => error,
    );
    expect(failure.message).to.equal('terminated');
    wire.left = Number.POSITIVE_INFINITY;
    const again = Buffer.from(await (await fetch(`${host.url}/ipfs/${cid}`)).arrayBuffer());
    expect(again.equals(bytesOf(0, SIZE))).to.equal(true);
  });
});
