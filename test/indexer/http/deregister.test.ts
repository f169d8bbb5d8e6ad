import { expect } from 'chai';
import { CREATOR, expectProblem, NATIVE, OTHER, PROVIDER, REGISTRATION } from './api.ts';
import { type Listings, type Row, startListings } from './listings.ts';

describe('POST /deregister', () => {
  let on: Listings;
  before(async () => {
    on = await startListings();
  });
  after(() => on.api.stop());

  const deregister = (cid: string, more: Row = {}) =>
    on.api.post('/deregister', { cid, content_distributor_wallet: PROVIDER, ...more });

  it('is 404 for a content that nobody has listed, with one that is as example', async () => {
    const { example } = expectProblem(await deregister(await on.newCid()), 404, 'unknown_content', 'cid');
    expect(await on.contentsOf(String(example))).to.not.deep.equal([]);
  });

  it('is 404 for a provider that does not serve it', async () => {
    const cid = await on.newCid();
    await on.api.post('/register', { ...REGISTRATION, cid });
    const answer = await deregister(cid, { content_distributor_wallet: OTHER });
    expectProblem(answer, 404, 'unknown_stream', 'content_distributor_wallet');
    expect(await on.streamsOf(cid)).to.have.length(1);
  });

  it('ends the stream, on chain and in the live index, and is 404 the second time', async () => {
    const cid = await on.newCid();
    const { body } = await on.api.post('/register', { ...REGISTRATION, cid });
    const { content_id } = body.server as { content_id: string };
    const answer = await deregister(cid);
    expect(answer.status).to.equal(200);
    expect(answer.body).to.deep.equal({
      message: 'Stream deregistered successfully.',
      cid,
      content_distributor_wallet: PROVIDER,
    });
    expect(await on.streamsOf(cid)).to.deep.equal([]);
    expect(await on.api.as(0).streamOf(content_id, PROVIDER)).to.equal('');
    expectProblem(await deregister(cid), 404, 'unknown_stream', 'content_distributor_wallet');
  });

  it('registers again afterwards', async () => {
    const cid = await on.newCid();
    await on.api.post('/register', { ...REGISTRATION, cid });
    await deregister(cid);
    await on.api.post('/register', { ...REGISTRATION, cid });
    expect(await on.streamsOf(cid)).to.have.length(1);
  });

  it("ends the provider's streams of all creators, or of the one named", async () => {
    const cid = await on.newCid();
    for (const creator of [CREATOR, OTHER]) {
      await on.api.post('/register', { ...REGISTRATION, cid, content_creator_wallet: creator });
    }
    await on.api.post('/register', { ...REGISTRATION, cid, content_distributor_wallet: OTHER });
    await deregister(cid, { creator: OTHER });
    expect((await on.streamsOf(cid)).map((row) => row.content_creator_wallet)).to.deep.equal([
      CREATOR,
      CREATOR,
    ]);
    await on.api.post('/register', { ...REGISTRATION, cid, content_creator_wallet: OTHER });
    await deregister(cid);
    expect((await on.streamsOf(cid)).map((row) => row.content_distributor_wallet)).to.deep.equal([OTHER]);
  });

  it('ends streams at an older deployment too', async () => {
    const cid = await on.newCid();
    const creator = on.api.as(1, on.api.older);
    const publication = { cid, token: NATIVE, pricePerUnit: 1n, providerShareBps: 0, unit: 0 };
    await creator.publish({ ...publication, name: 'Older', metadata: '' });
    const contentId = await creator.contentIdOf(CREATOR, NATIVE, cid);
    await on.api.as(2, on.api.older).registerStream(contentId, 'http://localhost:9000/older');
    await on.api.post('/register', { ...REGISTRATION, cid });
    expect(await on.streamsOf(cid)).to.have.length(2);
    expect((await deregister(cid)).status).to.equal(200);
    expect(await on.streamsOf(cid)).to.deep.equal([]);
  });
});
