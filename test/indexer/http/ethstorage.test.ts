import { expect } from 'chai';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { type Answer, CREATOR, expectProblem, OTHER, PROVIDER, startApi, UPLOAD } from './api.ts';
import { type Listings, type Row, startListings } from './listings.ts';

const SIZE = 100_000;
/** Another file with each seed. */
const bytesOf = (seed: number, size = SIZE) =>
  new Uint8Array(size).map((_, index) => (index * 31 + (index >> 8) * 7 + seed) & 255);
const cidOf = ({ body }: Answer) => String((body.meta as Row).cid);

describe('EthStorage by REST', () => {
  let on: Listings;
  let seed = 0;
  before(async () => {
    on = await startListings();
  });
  after(() => on.api.stop());
  beforeEach(() => {
    seed += 1;
  });

  const served = async (cid: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${on.api.url}/ipfs/${cid}`, { headers });
    return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()), response };
  };

  it('takes 100 kB up, serves it whole and by range, and takes it away, in seconds', async function () {
    this.timeout(30_000);
    const file = bytesOf(seed);
    const uploaded = await on.api.uploadOnChain(file, UPLOAD);
    expect(uploaded.status).to.equal(200);
    const cid = cidOf(uploaded);
    expect(uploaded.body.web3_url).to.match(new RegExp(`^web3://0x[0-9a-fA-F]{40}:31337/${cid}$`));
    expect(uploaded.body.meta).to.include({ video_name: UPLOAD.video_name, price: '0.001', size: SIZE });

    const whole = await served(cid);
    expect(whole.status).to.equal(200);
    expect(Buffer.compare(whole.bytes, file)).to.equal(0);
    const part = await served(cid, { range: 'bytes=30000-60000' });
    expect(part.status).to.equal(206);
    expect(part.response.headers.get('content-range')).to.equal(`bytes 30000-60000/${SIZE}`);
    expect(Buffer.compare(part.bytes, file.slice(30_000, 60_001))).to.equal(0);

    const removed = await on.api.remove(cid, CREATOR);
    expect(removed.body).to.deep.equal({
      message: 'File removed successfully.',
      cid,
      content_creator_wallet: CREATOR,
    });
    expect((await served(cid)).status).to.equal(404);
    expectProblem(await on.api.remove(cid, CREATOR), 404, 'media_not_found', 'cid');
  });

  it('has no blocks and archives of what is only there, and says so', async () => {
    const cid = cidOf(await on.api.uploadOnChain(bytesOf(seed, 400), UPLOAD));
    for (const format of ['raw', 'car']) {
      const answer = await on.api.get(`/ipfs/${cid}?format=${format}`);
      const { detail } = expectProblem(answer, 404, 'media_not_found', 'cid');
      expect(detail).to.equal(`The block ${cid} is not on this host. Files on EthStorage have no blocks.`);
      expect((await fetch(`${on.api.url}/ipfs/${cid}?format=${format}`, { method: 'HEAD' })).status).to.equal(
        404,
      );
    }
    await on.api.upload(bytesOf(seed, 400), UPLOAD);
    expect((await served(`${cid}?format=raw`)).bytes).to.deep.equal(bytesOf(seed, 400));
  });

  it('is chosen for one upload by "storage"; IPFS is the default, and the CID is the same', async () => {
    const file = bytesOf(seed, 400);
    const onIpfs = await on.api.upload(file, UPLOAD);
    expect(onIpfs.body).to.not.have.property('web3_url');
    const onChain = await on.api.upload(file, { ...UPLOAD, storage: 'ethstorage' });
    expect(onChain.body.web3_url).to.be.a('string');
    expect(onChain.body.meta).to.deep.equal(onIpfs.body.meta);
    expect(await on.api.deps.storage.ethstorage?.stat(cidOf(onChain))).to.deep.equal({
      kind: 'file',
      sizeBytes: 400,
    });
    const named = await on.api.upload(bytesOf(seed, 401), { ...UPLOAD, storage: 'ipfs' });
    expect(named.body).to.not.have.property('web3_url');
    expect(await on.api.deps.storage.ethstorage?.stat(cidOf(named))).to.equal(null);
  });

  it('is chosen by json_data after the file as well as before it', async () => {
    const json = ['json_data', JSON.stringify({ ...UPLOAD, storage: 'ethstorage' })] as const;
    for (const order of ['before', 'after'] as const) {
      const form = new FormData();
      if (order === 'before') form.set(...json);
      form.set('file', new Blob([bytesOf(seed, order.length * 100)]), 'video.mp4');
      if (order === 'after') form.set(...json);
      const answer = await on.api.call('POST', '/upload-content', { body: form });
      expect(answer.body.web3_url, order).to.be.a('string');
      expect(await on.api.deps.storage.ipfs.stat(cidOf(answer)), order).to.equal(null);
    }
  });

  it('refuses a file that is too large for it, and says how large it may be', async () => {
    const before = await on.api.state();
    const answer = await on.api.uploadOnChain(bytesOf(seed, 1024 ** 2 + 1), UPLOAD);
    const body = expectProblem(answer, 413, 'file_too_large', 'file');
    expect(body.max_bytes).to.equal(1024 ** 2);
    expect(await on.api.state()).to.deep.equal(before);
    expect((await on.api.upload(bytesOf(seed, 1024 ** 2 + 1), UPLOAD)).status).to.equal(200);
  });

  it('says when it failed, registers nothing, and takes the same upload again', async () => {
    const file = bytesOf(seed, 30_000);
    const operator = on.api.wallet(0).address;
    const balance = await on.api.chain.provider.getBalance(operator);
    await on.api.chain.provider.send('hardhat_setBalance', [operator, '0x1']);
    const failed = await on.api.uploadOnChain(file, UPLOAD);
    await on.api.chain.provider.send('hardhat_setBalance', [operator, `0x${balance.toString(16)}`]);
    const { detail } = expectProblem(failed, 503, 'unavailable');
    expect(detail).to.equal('EthStorage: the key of the operator can not pay for this.');
    const again = await on.api.uploadOnChain(file, UPLOAD);
    expect(again.status).to.equal(200);
    expect((await on.contentsOf(cidOf(again))).length).to.equal(1);
  });

  it('is a part of /readyz', async () => {
    const { body } = await on.api.ready();
    expect(body.parts).to.have.property('ethstorage').that.deep.equals({ state: 'up', name: 'ethstorage' });
  });

  describe('DELETE /media/{cid}', () => {
    const stream = { stream_url: 'http://localhost:9000/s', content_distributor_wallet: PROVIDER };
    const uploaded = async (meta: object = {}) =>
      cidOf(await on.api.upload(bytesOf(seed, 300), { ...UPLOAD, ...meta, storage: 'ethstorage' }));

    it('takes the file from IPFS too', async () => {
      const cid = await uploaded();
      await on.api.upload(bytesOf(seed, 300), UPLOAD);
      expect((await on.api.remove(cid, CREATOR)).status).to.equal(200);
      expect((await served(cid)).status).to.equal(404);
      expect((await on.contentsOf(cid)).length).to.equal(1);
    });

    it('refuses what is no CID, no wallet or no body, and names the field', async () => {
      const cid = await uploaded();
      expectProblem(await on.api.remove('Qm123', CREATOR), 400, 'bad_cid', 'cid');
      expectProblem(await on.api.remove(cid, '0x1234'), 400, 'bad_address', 'content_creator_wallet');
      const without = await on.api.call('DELETE', `/media/${cid}`);
      expectProblem(without, 400, 'missing_field', 'content_creator_wallet');
      expect((await served(cid)).status).to.equal(200);
    });

    it('is for a creator who has listed the file', async () => {
      const cid = await uploaded();
      expectProblem(await on.api.remove(cid, OTHER), 404, 'unknown_content', 'cid');
      expect((await served(cid)).status).to.equal(200);
    });

    it('is refused while a provider serves it, and done once nobody does', async () => {
      const cid = await uploaded();
      await on.api.post('/register', { ...UPLOAD, cid, ...stream });
      const { detail } = expectProblem(await on.api.remove(cid, CREATOR), 409, 'media_in_use', 'cid');
      expect(detail).to.match(/is served by 0x3c44.*retire the listing/);
      await on.api.post('/deregister', { cid, content_distributor_wallet: PROVIDER });
      expect((await on.api.remove(cid, CREATOR)).status).to.equal(200);
    });

    it('is done although a provider serves it once the listing is retired', async () => {
      const cid = await uploaded();
      const { body } = await on.api.post('/register', { ...UPLOAD, cid, ...stream });
      const { content_id } = body.server as Row;
      const host = StreamHost__factory.connect(on.api.chain.facts.contract, on.api.wallet(1));
      await (await host.retire(String(content_id))).wait();
      expectProblem(await on.api.remove(cid, CREATOR), 409, 'media_in_use', 'cid');
      await on.increaseTime(60);
      expect((await on.api.remove(cid, CREATOR)).status).to.equal(200);
    });

    it('is refused while another creator lists it', async () => {
      const cid = await uploaded();
      await uploaded({ content_creator_wallet: OTHER });
      const { detail } = expectProblem(await on.api.remove(cid, CREATOR), 409, 'media_in_use', 'cid');
      expect(detail).to.match(/is also sold by/);
      expect((await served(cid)).status).to.equal(200);
    });
  });
});

describe('STORAGE', () => {
  it('=ethstorage stores what names no storage on EthStorage', async () => {
    const api = await startApi({ env: { STORAGE: 'ethstorage', ETHSTORAGE_MAX_BYTES: '1000' } });
    try {
      const { body } = await api.upload('a video', UPLOAD);
      expect(body.web3_url).to.be.a('string');
      const onIpfs = await api.upload('a film', { ...UPLOAD, storage: 'ipfs' });
      expect(onIpfs.body).to.not.have.property('web3_url');
      const { max_bytes } = expectProblem(
        await api.upload('x'.repeat(1_001), UPLOAD),
        413,
        'file_too_large',
        'file',
      );
      expect(max_bytes).to.equal(1_000);
    } finally {
      await api.stop();
    }
  });

  it('=ipfs offers no EthStorage', async () => {
    const api = await startApi({ env: { STORAGE: 'ipfs' } });
    try {
      for (const answer of [
        await api.upload('a video', { ...UPLOAD, storage: 'ethstorage' }),
        await api.uploadOnChain('a video', UPLOAD),
      ]) {
        expect(expectProblem(answer, 400, 'bad_storage', 'storage').example).to.equal('ipfs');
      }
      const { body } = await api.ready();
      expect(body.parts).to.not.have.property('ethstorage');
    } finally {
      await api.stop();
    }
  });
});
