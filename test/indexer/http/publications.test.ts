import { expect } from 'chai';
import { parseEther } from 'ethers';
import { type CallOf, toSign } from '../../../indexer/contract/calls/wallet-calls.ts';
import type { Code } from '../../../indexer/http/problems/codes.ts';
import {
  type Answer,
  CREATOR,
  expectProblem,
  NATIVE,
  OPERATOR,
  OTHER,
  PROVIDER,
  PUBLICATION,
  REGISTRATION,
  UPLOAD,
} from './api.ts';
import { type Listings, type Row, startListings } from './listings.ts';
import { authorize } from './signing.ts';

const OWNER = { content_creator_wallet: CREATOR };
const OTHER_TERMS = { creator_share: 60, provider_share: 40, price: '0.002' };

describe('contents, on the embedded chain', () => {
  let on: Listings;
  before(async () => {
    on = await startListings();
  });
  after(() => on.api.stop());

  const publish = (cid: string, change: Row = {}) =>
    on.api.post('/contents', { ...PUBLICATION, cid, ...change });
  const patch = (cid: string, body: Row) => on.api.send('PATCH', `/contents/${cid}`, { ...OWNER, ...body });
  const retire = (cid: string, body: Row = {}) =>
    on.api.send('DELETE', `/contents/${cid}`, { ...OWNER, ...body });
  const published = async () => {
    const cid = await on.newCid();
    await publish(cid);
    return cid;
  };

  describe('POST /contents', () => {
    it('refuses other terms than the creator has listed, and names the field at fault', async () => {
      const cid = await published();
      const state = await on.api.state();
      for (const [field, change] of [
        ['terms.price', { price: '0.002' }],
        ['terms.provider_share', { creator_share: 60, provider_share: 40 }],
        ['terms.unit', { unit: 'day' }],
      ] as const) {
        const answer = await publish(cid, { terms: { ...PUBLICATION.terms, ...change } });
        const { example } = expectProblem(answer, 409, 'terms_differ', field);
        const right = { ...PUBLICATION.terms, ...(field === 'terms.unit' && { unit: example }) };
        expect((await publish(cid, { terms: right })).status).to.equal(200);
      }
      expect(await on.api.state()).to.deep.equal(state);
    });

    it('publishes for the creator named, without a file, and sends nothing the second time', async () => {
      const cid = await on.newCid();
      const { status, body } = await publish(cid, { metadata: '{"year":2026}' });
      expect(status).to.equal(200);
      expect(body.content).to.include({
        cid,
        video_name: PUBLICATION.video_name,
        price: '0.001',
        token: NATIVE,
        unit: 'view',
        metadata: '{"year":2026}',
      });
      const [listed, ...others] = await on.contentsOf(cid);
      expect(listed).to.deep.include(body.content);
      expect(others).to.be.empty;
      expect(await on.blocksDuring(() => publish(cid))).to.equal(0);
    });

    it('publishes in a token, by the day', async () => {
      const terms = { ...PUBLICATION.terms, price: '5', token: on.token, unit: 'day' };
      const { body } = await publish(await on.newCid(), { terms });
      expect(body.content).to.include({ token: on.token, price: '5', unit: 'day' });
    });

    it('sells no minutes of a clear file, by whatever call; what a wallet has listed so itself is shown', async () => {
      const cid = await on.newCid();
      const other = await published();
      const state = await on.api.state();
      const byMinute = { ...PUBLICATION.terms, unit: 'minute' };
      const { unit } = byMinute;
      const refusals: [field: string, answer: Answer][] = [
        ['terms.unit', await publish(cid, { terms: byMinute })],
        ['terms.unit', await publish(other, { terms: byMinute })],
        ['terms.unit', await patch(other, { terms: byMinute })],
        ['unit', await on.api.upload('by the minute', { ...UPLOAD, unit })],
        ['unit', await on.api.post('/register', { ...REGISTRATION, cid, unit })],
      ];
      for (const [field, answer] of refusals) {
        expect(expectProblem(answer, 400, 'minute_not_sold', field).example).to.equal('view');
      }
      expect(await on.api.state()).to.deep.equal(state);

      const args = { cid, token: NATIVE, pricePerUnit: 10n ** 15n, providerShareBps: 3_000, unit: 1 };
      await (await on.api.as(1).publish({ ...args, name: 'By itself', metadata: '' })).wait();
      await on.api.settled();
      expect((await on.contentsOf(cid))[0]).to.include({ cid, unit: 'minute' });
      expect((await publish(cid, { terms: byMinute })).status).to.equal(200);
      expect((await on.api.post('/register', { ...REGISTRATION, cid, unit })).status).to.equal(200);
      expectProblem(await patch(cid, { terms: OTHER_TERMS }), 400, 'minute_not_sold', 'unit');
    });

    it('publishes once when the same call comes several times at once', async () => {
      const cid = await on.newCid();
      const blocks = await on.blocksDuring(() => Promise.all([1, 2, 3].map(() => publish(cid))));
      expect(blocks).to.equal(1);
    });
  });

  describe('PATCH /contents/{cid}', () => {
    it('announces other terms, once, and null cancels them', async () => {
      const cid = await published();
      const { status, body } = await patch(cid, { terms: OTHER_TERMS });
      expect(status).to.equal(200);
      const { price, scheduled } = body.content as { price: string; scheduled: Row };
      expect(price).to.equal('0.001');
      expect(scheduled).to.include({ price: '0.002', creator_share: 60, retires: false, unit: 'view' });
      expect(await on.blocksDuring(() => patch(cid, { terms: OTHER_TERMS }))).to.equal(0);
      const cancelled = await patch(cid, { terms: null });
      expect((cancelled.body.content as Row).scheduled).to.equal(null);
    });

    it('says what the contract says where nothing is announced', async () => {
      const answer = await patch(await published(), { terms: null });
      expect(expectProblem(answer, 409, 'contract_refused').error_name).to.equal('NothingScheduled');
    });

    it("is 404 for another creator's content", async () => {
      const cid = await published();
      const answer = await patch(cid, { content_creator_wallet: OTHER, terms: OTHER_TERMS });
      expectProblem(answer, 404, 'unknown_content', 'cid');
    });

    it('asks which coin is meant where the creator has listed in several', async () => {
      const cid = await published();
      await publish(cid, { terms: { ...PUBLICATION.terms, token: on.token } });
      expectProblem(await patch(cid, { terms: OTHER_TERMS }), 409, 'ambiguous_listing', 'token');
      const { body } = await patch(cid, { token: on.token, terms: OTHER_TERMS });
      expect(body.content).to.include({ token: on.token });
    });
  });

  describe('DELETE /contents/{cid}', () => {
    it('announces the retirement, once, and PATCH with null cancels it', async () => {
      const cid = await published();
      const { status, body } = await retire(cid);
      expect(status).to.equal(200);
      expect((body.content as { scheduled: Row }).scheduled).to.include({ retires: true });
      expect(await on.blocksDuring(() => retire(cid))).to.equal(0);
      const cancelled = await patch(cid, { terms: null });
      expect((cancelled.body.content as Row).scheduled).to.equal(null);
    });

    it('leaves a content that can be published again, after the notice, and once', async () => {
      const cid = await published();
      await retire(cid);
      await on.increaseTime(31);
      const { body } = await publish(cid, { terms: OTHER_TERMS });
      const content = body.content as { scheduled: Row };
      expect(content).to.include({ price: '0.001', retired: true });
      expect(content.scheduled).to.include({ price: '0.002', retires: false });
      expect(await on.blocksDuring(() => publish(cid, { terms: OTHER_TERMS }))).to.equal(0);
      await on.increaseTime(31);
      const { contract, content_id } = content as unknown as Record<string, string>;
      expect(await on.api.deps.contract.termsInForce(String(contract), String(content_id))).to.include({
        pricePerUnit: parseEther('0.002'),
        retired: false,
      });
    });
  });

  describe('a signed call', () => {
    const stream = (contentId: string): CallOf<'registerStream'> => ({
      name: 'registerStream',
      account: PROVIDER,
      contract: on.api.chain.facts.contract,
      args: { contentId, url: REGISTRATION.stream_url },
    });
    const sign = async (cid: string, signer: number) => {
      const contentId = await on.api.as(1).contentIdOf(CREATOR, NATIVE, cid);
      const { typed_data } = toSign(stream(contentId), 31_337, Math.floor(Date.now() / 1000));
      return await authorize(on.api.wallet(signer), typed_data);
    };

    it("is submitted by the operator's key here too, after the publication that needs no signature", async () => {
      const cid = await on.newCid();
      const { status, body } = await on.api.post('/register', {
        ...REGISTRATION,
        cid,
        ...(await sign(cid, 2)),
      });
      expect(status).to.equal(200);
      const { tx_hash } = body.server as { tx_hash: string };
      expect((await on.api.chain.provider.getTransaction(tx_hash))?.from).to.equal(OPERATOR);
      expect(await on.streamsOf(cid)).to.have.length(1);
    });

    it('is refused where somebody else signed it', async () => {
      const cid = await published();
      const state = await on.api.state();
      const answer = await on.api.post('/register', { ...REGISTRATION, cid, ...(await sign(cid, 4)) });
      expectProblem(answer, 401, 'signature_invalid', 'signature');
      expect(await on.api.state()).to.deep.equal(state);
    });
  });

  describe('what a request holds', () => {
    const SIGNED = { nonce: '1', deadline: '2', signature: `0x${'5a'.repeat(65)}` };
    const terms = (change: Row) => ({ terms: { ...PUBLICATION.terms, ...change } });
    const authorization: [change: Row, code: Code, field: string][] = [
      [{ ...SIGNED, nonce: '-1' }, 'bad_nonce', 'nonce'],
      [{ ...SIGNED, nonce: 1.5 }, 'bad_nonce', 'nonce'],
      [{ ...SIGNED, nonce: 2 ** 60 }, 'bad_nonce', 'nonce'],
      [{ ...SIGNED, nonce: String(2n ** 256n) }, 'bad_nonce', 'nonce'],
      [{ ...SIGNED, deadline: 'soon' }, 'bad_deadline', 'deadline'],
      [{ ...SIGNED, signature: '0x1234' }, 'bad_signature', 'signature'],
      [{ ...SIGNED, signature: `0x${'5a'.repeat(4_097)}` }, 'bad_signature', 'signature'],
      [{ ...SIGNED, signature: 'z'.repeat(132) }, 'bad_signature', 'signature'],
      [{ ...SIGNED, nonce: undefined }, 'missing_field', 'nonce'],
      [{ ...SIGNED, deadline: undefined }, 'missing_field', 'deadline'],
      [{ ...SIGNED, signature: undefined }, 'missing_field', 'signature'],
    ];
    const metadata: [change: Row, code: Code, field: string][] = [
      [{ metadata: 'a\0b' }, 'bad_metadata', 'metadata'],
      [{ metadata: 'a\u202eb' }, 'bad_metadata', 'metadata'],
      [{ metadata: 'Caf\ufffd' }, 'bad_metadata', 'metadata'],
      [{ metadata: '\ud83c' }, 'bad_metadata', 'metadata'],
      [{ metadata: 'x'.repeat(4_097) }, 'bad_metadata', 'metadata'],
    ];
    const nested: [change: Row, code: Code, field: string][] = [
      [{ terms: undefined }, 'missing_field', 'terms'],
      [{ terms: 5 }, 'invalid_field', 'terms'],
      [terms({ price: undefined }), 'missing_field', 'terms.price'],
      [terms({ price: 'cheap' }), 'bad_price', 'terms.price'],
      [terms({ price: '4723' }), 'price_too_large', 'terms.price'],
      [terms({ price: 1e-19 }), 'price_decimals', 'terms.price'],
      [terms({ price: '5000' }), 'price_too_large', 'terms.price'],
      [terms({ creator_share: 71 }), 'shares_sum', 'terms.provider_share'],
      [terms({ creator_share: 'half' }), 'bad_share', 'terms.creator_share'],
      [terms({ unit: 'hour' }), 'bad_unit', 'terms.unit'],
      [terms({ prize: 1 }), 'unknown_field', 'terms.prize'],
    ];
    const ofPublication: typeof nested = [
      [terms({ token: 'USDC' }), 'bad_address', 'terms.token'],
      [terms({ token: OTHER }), 'bad_token', 'terms.token'],
      [{ cid: 'Qm123' }, 'bad_cid', 'cid'],
      [{ video_name: '' }, 'bad_video_name', 'video_name'],
      ...metadata,
      [{ content_creator_wallet: '0x1234' }, 'bad_address', 'content_creator_wallet'],
      [{ price: '0.001' }, 'unknown_field', 'price'],
    ];
    const { terms: TERMS } = PUBLICATION;
    const calls: [method: string, path: () => string, body: Row, faults: typeof nested][] = [
      ['POST', () => '/contents', PUBLICATION, [...authorization, ...nested, ...ofPublication]],
      ['PATCH', () => `/contents/${listed}`, { ...OWNER, terms: TERMS }, [...authorization, ...nested]],
      [
        'DELETE',
        () => `/contents/${listed}`,
        OWNER,
        [...authorization, [{ terms: null }, 'unknown_field', 'terms']],
      ],
      ['POST', () => '/register', REGISTRATION, authorization],
      [
        'POST',
        () => '/deregister',
        { cid: REGISTRATION.cid, content_distributor_wallet: PROVIDER },
        authorization,
      ],
    ];
    let listed: string;
    before(async () => {
      listed = await published();
    });

    for (const [method, path, body, faults] of calls) {
      it(`${method} ${path().split('/')[1]} refuses ${faults.length} faults, each by its code and field`, async () => {
        const state = await on.api.state();
        for (const [change, code, field] of faults) {
          expectProblem(await on.api.send(method, path(), { ...body, ...change }), 400, code, field);
        }
        expect(await on.api.state()).to.deep.equal(state);
      });
    }
  });
});
