import { expect } from 'chai';
import { type Api, CID, expectProblem, REPORT, startApi, UPLOAD } from './api.ts';

describe('off the embedded chain', () => {
  let api: Api;
  before(async () => {
    api = await startApi({ remote: true });
  });
  after(() => api.stop());

  const writes: [path: string, send: () => ReturnType<Api['post']>][] = [
    ['/upload-content', () => api.upload('a video', UPLOAD)],
    ['/api/record-view', () => api.post('/api/record-view', REPORT)],
  ];
  for (const [path, send] of writes) {
    it(`POST ${path} needs the wallet's own word, and changes nothing`, async () => {
      const before = await api.state();
      const answer = await send();
      expectProblem(answer, 401, 'signature_required');
      expect(answer.headers.get('www-authenticate')).to.equal('EIP712');
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
