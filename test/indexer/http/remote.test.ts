import { expect } from 'chai';
import {
  type Api,
  CID,
  CREATOR,
  expectProblem,
  PROVIDER,
  REGISTRATION,
  REPORT,
  startApi,
  UPLOAD,
} from './api.ts';

describe('off the embedded chain', () => {
  let api: Api;
  before(async () => {
    api = await startApi({ remote: true });
  });
  after(() => api.stop());

  const writes: [call: string, send: () => ReturnType<Api['post']>][] = [
    ['POST /upload-content', () => api.upload('a video', UPLOAD)],
    ['POST /upload-content-web3', () => api.upload('a video', UPLOAD, '/upload-content-web3')],
    ['DELETE /media', () => api.remove(CID, CREATOR)],
    ['POST /register', () => api.post('/register', REGISTRATION)],
    ['POST /deregister', () => api.post('/deregister', { cid: CID, content_distributor_wallet: PROVIDER })],
    ['POST /api/record-view', () => api.post('/api/record-view', REPORT)],
  ];
  for (const [call, send] of writes) {
    it(`${call} needs the wallet, names the contract to send to, and changes nothing`, async () => {
      const before = await api.state();
      const body = expectProblem(await send(), 403, 'signature_required');
      expect(body).to.include({ chain_id: 31337, contract: api.chain.facts.contract });
      expect(body.detail).to.contain('not offered by this version');
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
