import { expect } from 'chai';
import { parseEther } from 'ethers';
import { CREATOR, expectProblem, NATIVE, OTHER, UPLOAD } from './api.ts';
import { type Listings, type Row, startListings } from './listings.ts';

describe('POST /upload-content', () => {
  let on: Listings;
  before(async () => {
    on = await startListings();
  });
  after(() => on.api.stop());

  it('refuses other terms for what the creator has listed, and names those in force', async () => {
    const file = on.newFile();
    await on.api.upload(file, UPLOAD);
    const state = await on.api.state();
    const dearer = expectProblem(
      await on.api.upload(file, { ...UPLOAD, price: '0.002' }),
      409,
      'terms_differ',
      'price',
    );
    const inForce = { creator_share: 70, provider_share: 30, price: '0.001', token: NATIVE };
    expect(dearer.example).to.equal('0.001');
    expect(dearer.terms).to.deep.equal(inForce);
    const other = { ...UPLOAD, creator_share: 69.5, provider_share: 30.5 };
    const shares = expectProblem(await on.api.upload(file, other), 409, 'terms_differ', 'provider_share');
    expect(shares.example).to.equal(30);
    expect(await on.api.state()).to.deep.equal(state);
  });

  it('stores the file, publishes it for the creator named, and answers with what stands on chain', async () => {
    const file = on.newFile();
    const meta = { ...UPLOAD, creator_share: 66.67, provider_share: 33.33, price: '0.00125' };
    const { status, body } = await on.api.upload(file, meta);
    expect(status).to.equal(200);
    expect(body.message).to.equal('File uploaded successfully.');
    const shown = body.meta as Row;
    expect(shown).to.include({
      ...meta,
      size: file.length,
      token: NATIVE,
      price_base_units: '1250000000000000',
    });
    const terms = await on.api.as(0).termsOf(String(shown.content_id));
    expect(terms.creator).to.equal(CREATOR);
    expect(terms.pricePerUnit).to.equal(parseEther('0.00125'));
    expect(terms.providerShareBps).to.equal(3_333n);
    const media = await fetch(`${on.api.url}/ipfs/${String(shown.cid)}`);
    expect(await media.text()).to.equal(file);
    const receipt = await on.api.chain.provider.getTransactionReceipt(String(shown.tx_hash));
    expect(receipt?.status).to.equal(1);
  });

  it('puts what the creator says of it on chain with it, as text that can be read', async () => {
    const metadata = '{"description":"A walk,\\nin one take","cap_units":30}';
    const { body } = await on.api.upload(on.newFile(), { ...UPLOAD, metadata });
    const { contents } = (await on.api.get(`/contents/${String((body.meta as Row).cid)}`)).body as {
      contents: Row[];
    };
    expect(contents[0]?.metadata).to.equal(metadata);
    const state = await on.api.state();
    for (const bad of ['x'.repeat(4_097), 'turned \u202e around'])
      expectProblem(
        await on.api.upload(on.newFile(), { ...UPLOAD, metadata: bad }),
        400,
        'bad_metadata',
        'metadata',
      );
    expect(await on.api.state()).to.deep.equal(state);
  });

  it('answers the same file, creator and terms the same, and sends nothing', async () => {
    const file = on.newFile();
    const first = await on.api.upload(file, UPLOAD);
    let again: unknown;
    const blocks = await on.blocksDuring(async () => {
      again = (await on.api.upload(file, { ...UPLOAD, price: '0.0010', creator_share: '70.00' })).body;
    });
    expect(blocks).to.equal(0);
    expect(again).to.deep.equal(first.body);
  });

  it('publishes once when the same upload comes several times at once', async () => {
    const file = on.newFile();
    let answers: unknown[] = [];
    const blocks = await on.blocksDuring(async () => {
      answers = await Promise.all([1, 2, 3, 4].map(() => on.api.upload(file, UPLOAD)));
    });
    expect(blocks).to.equal(1);
    const [first, ...others] = answers as Awaited<ReturnType<Listings['api']['upload']>>[];
    expect(first?.status).to.equal(200);
    for (const other of others) expect(other.body).to.deep.equal(first?.body);
  });

  it('lists for free, and by the day', async () => {
    const { body } = await on.api.upload(on.newFile(), { ...UPLOAD, price: 0, unit: 'day' });
    const { cid, price } = body.meta as Record<string, string>;
    expect(price).to.equal('0');
    const [listed] = await on.contentsOf(String(cid));
    expect(listed).to.include({ price: '0', price_base_units: '0', unit: 'day' });
  });

  it('lists the same file for each creator, and in each coin, on its own', async () => {
    const file = on.newFile();
    const { body } = await on.api.upload(file, UPLOAD);
    const { cid } = body.meta as { cid: string };
    await on.api.upload(file, { ...UPLOAD, content_creator_wallet: OTHER, price: 2 });
    await on.api.upload(file, { ...UPLOAD, token: on.token, price: 3 });
    const lower = on.token.toLowerCase();
    const shown = (await on.contentsOf(cid)).map((row) => [
      row.content_creator_wallet,
      row.token_symbol,
      row.price,
    ]);
    expect(shown).to.have.deep.members([
      [CREATOR, 'ETH', '0.001'],
      [OTHER, 'ETH', '2'],
      // It calls itself TEST, as anybody can.
      [CREATOR, `${lower.slice(0, 6)}…${lower.slice(-4)}`, '3'],
    ]);
  });

  it('leaves a wallet without money as it was', async () => {
    const poor = '0x000000000000000000000000000000000000dEaD';
    expect((await on.api.upload(on.newFile(), { ...UPLOAD, content_creator_wallet: poor })).status).to.equal(
      200,
    );
    expect(await on.api.chain.provider.getBalance(poor)).to.equal(0n);
  });
});
