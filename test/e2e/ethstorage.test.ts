import { expect } from 'chai';
import { dataFolder, type HostProcess, removeFolder, startHost } from './host.ts';

const CREATOR = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const TERMS = { content_creator_wallet: CREATOR, creator_share: 70, provider_share: 30, price: '0.001' };
/** Five chunks. */
const FILE = new Uint8Array(100_000).map((_, index) => (index * 31 + (index >> 8) * 7) & 255);

describe('a host that is killed in the middle of an upload to EthStorage', function () {
  this.timeout(120_000);
  let dataDir: string;
  before(async () => {
    dataDir = await dataFolder();
  });
  after(() => removeFolder(dataDir));

  async function upload({ url }: HostProcess) {
    const form = new FormData();
    form.set('file', new Blob([FILE]), 'video.mp4');
    form.set('json_data', JSON.stringify({ ...TERMS, video_name: 'Film' }));
    const answer = await fetch(`${url}/upload-content-web3`, { method: 'POST', body: form });
    return (await answer.json()) as { web3_url: string; meta: { cid: string } };
  }

  async function blockNumber({ rpcUrl }: HostProcess): Promise<number> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(rpcUrl, { method: 'POST', body, headers });
    return Number(((await answer.json()) as { result: string }).result);
  }

  it('has registered nothing, and stores the file when it comes again, paying for no chunk twice', async () => {
    const first = await startHost({ dataDir, env: { CRASH_AT: 'ethstorage.sent:3' } });
    await upload(first).catch(() => undefined);
    expect(await first.gone).to.equal('SIGKILL');

    const second = await startHost({ dataDir });
    try {
      const listed = await (await fetch(`${second.url}/contents`)).json();
      expect(listed).to.deep.include({ contents: [] });
      const before = await blockNumber(second);
      const { web3_url, meta } = await upload(second);
      expect(web3_url).to.match(/^web3:\/\/0x/);
      expect((await blockNumber(second)) - before).to.equal(2 + 1); // two chunks, and the listing
      const media = await fetch(`${second.url}/ipfs/${meta.cid}`);
      expect(Buffer.compare(new Uint8Array(await media.arrayBuffer()), FILE)).to.equal(0);
    } finally {
      await second.end('SIGTERM');
    }
  });
});
