import { expect } from 'chai';
import { CID, expectProblem, REGISTRATION, useApi } from './api.ts';

describe('off the embedded chain', () => {
  const api = useApi({ remote: true });

  for (const host of ['localhost:9000', '127.1', '192.168.1.1', '[::ffff:10.0.0.1]', 'db.internal', 'nas']) {
    it(`POST /register refuses a stream at ${host}, shows a URL that it takes, and changes nothing`, async () => {
      const before = await api.state();
      const answer = await api.post('/register', { ...REGISTRATION, stream_url: `http://${host}/stream` });
      const { example } = expectProblem(answer, 400, 'url_not_public', 'stream_url');
      const again = await api.post('/register', { ...REGISTRATION, stream_url: example });
      expect(again.body.code).to.equal('content_unpublished');
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
