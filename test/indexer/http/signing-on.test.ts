import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import type { ToSign } from '../../../indexer/contract/calls/wallet-calls.ts';
import { expectProblem, NATIVE, OTHER, PROVIDER } from './api.ts';
import { type SignedHost, startSigned } from './signed-writes.ts';
import { authorize, waysOn } from './signing.ts';

interface Step extends ToSign {
  wallet: string;
  request?: { method: string; path: string; body?: Record<string, unknown> };
}

describe('a wallet can go on from the answer', () => {
  let on: SignedHost;
  before(async () => {
    on = await startSigned();
  });
  after(() => on.api.stop());

  const stepsOf = (body: Record<string, unknown>) => body.steps as [Step, Step];

  it('by sending the transaction it shows', async () => {
    for (const name of ['publish', 'schedule', 'cancel', 'retire', 'register', 'deregister'] as const) {
      const write = await on.writes[name]();
      const { chain_id: chainId, ...transaction } = waysOn(await on.send(write)).transaction;
      await (await on.api.wallet(write.signer).sendTransaction({ ...transaction, chainId })).wait();
      expect(await write.stands(), name).to.equal(true);
    }
  });

  it('where nobody has published the content: the creator signs, then the provider', async () => {
    const { body: publication } = await on.writes.publish();
    const registration = on.registration(String(publication.cid));
    const before = await on.api.state();
    const answer = await on.api.post('/register', registration);
    const [publish, serve] = stepsOf(expectProblem(answer, 409, 'content_unpublished', 'cid'));
    expect(await on.api.state()).to.deep.equal(before);

    expect([publish.wallet, serve.wallet]).to.deep.equal([on.api.wallet(1).address, PROVIDER]);
    const signed = await authorize(on.api.wallet(1), publish.typed_data);
    const { method = '', path = '', body } = publish.request ?? {};
    const published = await on.api.send(method, path, { ...body, ...signed });
    expect(published.body.content).to.include({ cid: publication.cid, price: '0.001', token: ZeroAddress });
    const registered = await on.api.send(serve.request?.method ?? '', serve.request?.path ?? '', {
      ...registration,
      ...(await authorize(on.api.wallet(2), serve.typed_data)),
    });
    expect(registered.status).to.equal(200);
    expect(registered.body.server).to.include({ cid: publication.cid, stream_url: registration.stream_url });
    expect(await on.streamOf(String(publication.cid))).to.equal(registration.stream_url);
  });

  describe('that ends several streams of a CID', () => {
    let cid: string;
    let steps: Step[];
    const body = () => ({ cid, content_distributor_wallet: PROVIDER });
    const urls = async () => (await on.api.get(`/streams/${cid}`)).body.streams as { contract: string }[];

    before(async () => {
      cid = await on.served();
      const older = on.api.as(1, on.api.older);
      const terms = { token: NATIVE, pricePerUnit: 1n, providerShareBps: 0, unit: 0 };
      await older.publish({ cid, ...terms, name: 'Older', metadata: '' });
      await on.api.as(2, on.api.older).registerStream(await on.idOf(cid), 'http://localhost:9000/older');
      await on.api.settled();
      ({ steps } = (await on.api.post('/deregister', body())).body as unknown as { steps: Step[] });
    });

    it('one signature for each', async () => {
      expect(steps.map(({ transaction }) => transaction.to)).to.have.members([
        on.api.chain.facts.contract,
        on.api.older,
      ]);
      for (const left of [1, 0]) {
        const step = steps[left];
        if (!step) throw new Error('there are two streams');
        const signed = await authorize(on.api.wallet(2), step.typed_data);
        expect((await on.api.post('/deregister', { ...body(), ...signed })).status).to.equal(200);
        expect(await urls()).to.have.length(left);
        // Again, as after a lost answer.
        expect((await on.api.post('/deregister', { ...body(), ...signed })).status).to.equal(200);
      }
    });

    it('and is told that there is nothing to end where nothing is left', async () => {
      const answer = await on.api.post('/deregister', body());
      expectProblem(answer, 404, 'unknown_stream', 'content_distributor_wallet');
      const [step] = steps;
      if (!step) throw new Error('there were two streams');
      const message = { nonce: '5' };
      const signed = await authorize(on.api.wallet(2), step.typed_data, { message });
      const again = await on.api.post('/deregister', { ...body(), ...signed });
      expectProblem(again, 404, 'unknown_stream', 'content_distributor_wallet');
    });
  });

  it('is told so where it never served the content', async () => {
    const cid = await on.served();
    const answer = await on.api.post('/deregister', { cid, content_distributor_wallet: OTHER });
    expectProblem(answer, 404, 'unknown_stream', 'content_distributor_wallet');
  });

  it('is told what the contract says of what it signed', async () => {
    const write = await on.writes.cancel();
    await on.api.settled();
    const { typed_data } = waysOn(await on.send(write));
    await on.api.as(1).cancelTerms(String(typed_data.message.contentId));
    const before = await on.api.head();
    const answer = await on.send(write, await authorize(on.api.wallet(1), typed_data));
    expect(expectProblem(answer, 409, 'contract_refused').error_name).to.equal('NothingScheduled');
    expect(await on.api.head()).to.equal(before);
  });

  it('needs nothing sent where the wallet has done it by a transaction meanwhile', async () => {
    for (const name of ['publish', 'schedule', 'retire', 'register'] as const) {
      const write = await on.writes[name]();
      await on.api.settled();
      const { typed_data, transaction } = waysOn(await on.send(write));
      const { chain_id: chainId, ...sent } = transaction;
      await (await on.api.wallet(write.signer).sendTransaction({ ...sent, chainId })).wait();
      const before = await on.api.head();
      const answer = await on.send(write, await authorize(on.api.wallet(write.signer), typed_data));
      expect(answer.status, name).to.equal(200);
      expect(await on.api.head(), name).to.equal(before);
    }
  });
});
