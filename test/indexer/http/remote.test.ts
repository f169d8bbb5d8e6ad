import { expect } from 'chai';
import { type Api, CID, expectProblem, PROVIDER, REGISTRATION, startApi } from './api.ts';

const PUBLIC_REGISTRATION = { ...REGISTRATION, stream_url: 'https://stream.example.org/sample-video' };

describe('off the embedded chain', () => {
  let api: Api;
  before(async () => {
    api = await startApi({ remote: true });
  });
  after(() => api.stop());

  const writes: [path: string, send: () => ReturnType<Api['post']>][] = [
    ['/register', () => api.post('/register', PUBLIC_REGISTRATION)],
    ['/deregister', () => api.post('/deregister', { cid: CID, content_distributor_wallet: PROVIDER })],
  ];
  for (const [path, send] of writes) {
    it(`POST ${path} needs the wallet, names the contract to send to, and changes nothing`, async () => {
      const before = await api.state();
      const body = expectProblem(await send(), 403, 'signature_required');
      expect(body).to.include({ chain_id: 31337, contract: api.chain.facts.contract });
      expect(body.detail).to.contain('not offered by this version');
      expect(await api.state()).to.deep.equal(before);
    });
  }

  for (const host of ['localhost:9000', '127.1', '192.168.1.1', '[::ffff:10.0.0.1]', 'db.internal', 'nas']) {
    it(`POST /register refuses a stream at ${host}, shows a URL that it takes, and changes nothing`, async () => {
      const before = await api.state();
      const answer = await api.post('/register', { ...REGISTRATION, stream_url: `http://${host}/stream` });
      const { example } = expectProblem(answer, 400, 'url_not_public', 'stream_url');
      const again = await api.post('/register', { ...REGISTRATION, stream_url: example });
      expect(again.body.code).to.equal('signature_required');
      expect(await api.state()).to.deep.equal(before);
    });
  }

  it('reads go on, under any host name and for any page', async () => {
    const headers = { origin: 'http://elsewhere.example' };
    for (const path of ['/contents', '/streams', `/api/get-records/cid/${CID}`]) {
      expect((await api.get(path, headers)).status, path).to.equal(200);
    }
  });
});
