import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { said } from '../child.ts';
import { dataFolder, eventually, removeFolder, spawnHost } from '../e2e/host.ts';

const DISK_MIB = 24;
const MIB = 1024 ** 2;
const WALLET = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

/** A host on a disk of its own, which only its process sees (a name space of mounts needs no root), and which goes with it. */
describe('a host whose disk gets full', function () {
  this.timeout(120_000);

  it('answers 507, says so in /readyz, loses nothing, and takes uploads again when there is room', async () => {
    const dataDir = await dataFolder();
    const mount = `mount -t tmpfs -o size=${DISK_MIB}m tmpfs ${dataDir}`;
    const words = [
      'unshare',
      '--mount',
      '--map-root-user',
      'sh',
      '-c',
      `${mount} && exec node indexer/main.ts`,
    ];
    const host = spawnHost({ dataDir }, words);
    try {
      const url = await said(host, (output) => /^Ready: (\S+)$/m.exec(output)?.[1]);

      const upload = async (mib: number) => {
        const form = new FormData();
        const terms = { creator_share: 70, provider_share: 30, price: '1' };
        const meta = { video_name: `${mib} MiB`, content_creator_wallet: WALLET, ...terms };
        form.set('json_data', JSON.stringify(meta));
        form.set('file', new Blob([randomBytes(mib * MIB)]), 'a.mp4');
        const answer = await fetch(`${url}/upload-content`, { method: 'POST', body: form });
        return { status: answer.status, code: ((await answer.json()) as { code?: string }).code };
      };
      const disk = async () => {
        const answer = await fetch(`${url}/readyz`);
        const { parts } = (await answer.json()) as { parts: { disk: { state: string } } };
        return { status: answer.status, disk: parts.disk.state };
      };

      expect((await upload(1)).status).to.equal(200);
      expect(await upload(2 * DISK_MIB)).to.deep.equal({ status: 507, code: 'storage_full' });
      const ballast = `/proc/${host.process.pid}/root${dataDir}/ballast`;
      await writeFile(ballast, new Uint8Array(DISK_MIB * MIB)).catch(() => undefined);
      expect(await disk()).to.deep.equal({ status: 503, disk: 'down' });
      await rm(ballast);
      expect(await disk()).to.deep.equal({ status: 200, disk: 'up' });
      expect((await upload(2)).status).to.equal(200);

      const tus = { 'tus-resumable': '1.0.0' };
      const begin = (bytes: number) => {
        const json = JSON.stringify({
          ...{ video_name: 'In pieces', content_creator_wallet: WALLET },
          ...{ creator_share: 70, provider_share: 30, price: '1' },
        });
        const metadata = `json_data ${Buffer.from(json).toString('base64')}`;
        const headers = { ...tus, 'upload-length': String(bytes), 'upload-metadata': metadata };
        return fetch(`${url}/uploads`, { method: 'POST', headers });
      };
      const send = (path: string, offset: number, body: Uint8Array<ArrayBuffer>) => {
        const type = 'application/offset+octet-stream';
        const headers = { ...tus, 'upload-offset': String(offset), 'content-type': type };
        return fetch(url + path, { method: 'PATCH', headers, body });
      };
      expect((await begin(2 * DISK_MIB * MIB)).status).to.equal(507);
      const file = new Uint8Array(randomBytes(2 * MIB));
      const path = String((await begin(file.length)).headers.get('location'));
      await writeFile(ballast, new Uint8Array(DISK_MIB * MIB)).catch(() => undefined);
      expect((await send(path, 0, file)).status).to.equal(507);
      await rm(ballast);
      const head = await fetch(url + path, { method: 'HEAD', headers: tus });
      const offset = Number(head.headers.get('upload-offset'));
      expect(offset).to.be.below(file.length);
      expect((await send(path, offset, file.subarray(offset))).status).to.equal(204);
      const stateOf = async () => {
        const answer = await fetch(url + path);
        return ((await answer.json()) as { upload: { state: string } }).upload.state;
      };
      expect(await eventually(20_000, stateOf, (state) => state === 'packaged')).to.equal('packaged');
    } finally {
      host.process.kill('SIGKILL');
      await host.gone;
      await removeFolder(dataDir);
    }
  });
});
