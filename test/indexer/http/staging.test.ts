import { expect } from 'chai';
import { getAddress, Wallet } from 'ethers';
import { CREATOR, expectProblem, NATIVE, OTHER, UPLOAD } from './api.ts';
import { cidOf, DAY_SEC, GRACE_SEC, HOUR_SEC, openUploads, type Row, type Uploads } from './uploads.ts';

interface TypedData {
  domain: Record<string, string>;
  types: Record<string, { name: string; type: string }[]>;
  message: { account: string; nonce: string; deadline: string } & Row;
}

describe('POST /upload-content off the development chain', () => {
  let uploads: Uploads;
  beforeEach(async () => {
    uploads = await openUploads();
  });
  afterEach(() => uploads.api.stop());

  it('refuses terms for another wallet than that signed in, before and after the file', async () => {
    const before = await uploads.api.state();
    const session = await uploads.api.signedIn(4);
    const form = new FormData();
    form.set('json_data', JSON.stringify(UPLOAD));
    form.set('file', new Blob(['a video']));
    const first = await uploads.api.call('POST', '/upload-content', { body: form, headers: session });
    const last = await uploads.api.upload('a video', UPLOAD, session);
    for (const answer of [first, last]) {
      const { example } = expectProblem(answer, 403, 'wallet_mismatch', 'content_creator_wallet');
      expect(example).to.equal(OTHER);
    }
    expect(await uploads.api.state()).to.deep.equal(before);
  });

  it('refuses without waiting for the file: nobody signed in, and another wallet', async () => {
    const before = await uploads.api.state();
    for (const [headers, status, code] of [
      [{}, 401, 'sign_in_required'],
      [await uploads.api.signedIn(4), 403, 'wallet_mismatch'],
    ] as const) {
      const { answer, stop } = await uploads.sendEndless(headers);
      expect([answer.status, answer.body.code]).to.deep.equal([status, code]);
      stop();
    }
    expect(await uploads.api.state()).to.deep.equal(before);
  });

  it('refuses terms that could not be published, and keeps nothing', async () => {
    const before = await uploads.api.state();
    expectProblem(
      await uploads.upload('a video', { ...UPLOAD, price: '4723' }),
      400,
      'price_too_large',
      'price',
    );
    expectProblem(await uploads.upload('a video', { ...UPLOAD, token: OTHER }), 400, 'bad_token', 'token');
    expectProblem(await uploads.upload('', UPLOAD), 400, 'empty_file', 'file');
    expect(await uploads.api.state()).to.deep.equal(before);
  });

  it('keeps the file for a day and answers what to sign or to send', async () => {
    const answer = await uploads.staged('a video');
    const { meta, publish: toSign, expires_at } = answer.body as Record<string, Row>;
    expect(meta).to.include({
      ...UPLOAD,
      price: '0.001',
      size: 7,
      token: NATIVE,
      price_base_units: '1000000000000000',
    });
    expect(Date.parse(String(expires_at))).to.be.closeTo(Date.now() + DAY_SEC * 1_000, 60_000);
    const typedData = toSign?.typed_data as { primaryType: string; message: Row; domain: Row };
    expect(typedData.primaryType).to.equal('Publish');
    expect(typedData.domain.chainId).to.equal(31337);
    expect(getAddress(String(typedData.domain.verifyingContract))).to.equal(uploads.api.chain.facts.contract);
    const { account, ...message } = typedData.message;
    expect(getAddress(String(account))).to.equal(CREATOR);
    expect(message).to.include({ cid: meta?.cid, name: 'Sample Video', pricePerUnit: '1000000000000000' });
    expect(toSign?.transaction).to.include({
      from: CREATOR,
      to: uploads.api.chain.facts.contract,
      chain_id: 31337,
    });
    expect(await uploads.media(cidOf(answer))).to.equal(200);
  });

  it('is published by the transaction, under the id it named', async () => {
    const answer = await uploads.staged('a video');
    await uploads.publish(answer);
    const { body } = await uploads.api.get(`/contents/${cidOf(answer)}`);
    const { content_id } = answer.body.meta as Row;
    expect((body.contents as Row[])[0]).to.include({
      content_id,
      price: '0.001',
      content_creator_wallet: CREATOR,
    });
  });

  it('is published by the signature, which anybody may submit', async () => {
    const answer = await uploads.staged('a video');
    const { typed_data } = answer.body.publish as { typed_data: TypedData };
    const { EIP712Domain: _, ...types } = typed_data.types;
    const { message, domain } = typed_data;
    const signature = await uploads.api.wallet(1).signTypedData(domain, types, message);
    const { account, nonce, deadline, ...publication } = message;
    const host = uploads.api.as(4);
    await (await host.publishBySig(account, publication as never, nonce, deadline, signature)).wait();
    await uploads.api.settled();
    expect(await uploads.listed()).to.deep.equal([]);
    expect((await uploads.api.get(`/contents/${cidOf(answer)}`)).status).to.equal(200);
  });

  it('of what the creator has published keeps the file, and has nothing to sign', async () => {
    await uploads.publish(await uploads.staged('a video'));
    const { status, body } = await uploads.upload('a video');
    expect(status).to.equal(200);
    expect(body).to.include({ publish: null, expires_at: null });
    expect(await uploads.listed()).to.deep.equal([]);
    const dearer = await uploads.upload('a video', { ...UPLOAD, price: 2 });
    expectProblem(dearer, 409, 'terms_differ', 'price');
  });

  it('of a retired content has something to sign again', async () => {
    const first = await uploads.staged('a video');
    await uploads.publish(first);
    await (await uploads.api.as(1).retire(String((first.body.meta as Row).content_id))).wait();
    await uploads.api.increaseTime(60);
    await uploads.api.settled();
    await uploads.publish(await uploads.staged('a video', { ...UPLOAD, price: 2 }));
  });

  it('of the same file by the same wallet again is one upload, with the later end', async () => {
    await uploads.staged('a video');
    uploads.clock.laterSec = HOUR_SEC;
    const again = await uploads.staged('a video');
    expect(await uploads.listed()).to.deep.equal([cidOf(again)]);
    uploads.clock.laterSec = DAY_SEC + GRACE_SEC;
    await uploads.api.expire();
    expect(await uploads.media(cidOf(again))).to.equal(200);
  });

  it('takes a wallet that has never sent a transaction', async () => {
    const stranger = Wallet.createRandom();
    const { body } = await uploads.api.get(`/auth/nonce?wallet=${stranger.address}`);
    const message = String(body.message);
    const signature = await stranger.signMessage(message);
    const session = await uploads.api.post('/auth/sign-in', { message, signature });
    const answer = await uploads.api.upload(
      'a video',
      { ...UPLOAD, content_creator_wallet: stranger.address },
      { authorization: `Bearer ${session.body.token}` },
    );
    expect(answer.status).to.equal(202);
  });
});
