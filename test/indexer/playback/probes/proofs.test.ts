import { expect } from 'chai';
import { type BaseWallet, verifyTypedData, Wallet, ZeroAddress } from 'ethers';
import { WrongKey } from '../../../../client/index.ts';
import { fileProof } from '../../../../client/keys/proof.ts';
import { type ClientStorage, memoryStorage } from '../../../../client/storage.ts';
import { accessDomain } from '../../../../indexer/playback/access.ts';
import { RECEIPT_TYPES, type Receipt, signReceipt } from '../../../../indexer/playback/keys/receipts.ts';
import { ProofRefused, Proofs } from '../../../../indexer/playback/probes/proofs.ts';
import { createReach, NotReached } from '../../../../indexer/playback/probes/reach.ts';
import { type Selling, type SoldVideo, startSelling } from '../../../client/selling.ts';
import { rejected, rejection } from '../../../rejection.ts';
import { hashOf } from '../../http/selling.ts';
import { receiptJson, sellingWrongKeys, startProvider } from './cheating.ts';

const [CHEAT, OTHER_CHEAT] = [5, 6];

describe('proofs of wrong keys', () => {
  let selling: Selling;
  let of: SoldVideo;
  let where: { chainId: number; contract: string };
  const providers: Awaited<ReturnType<typeof startProvider>>[] = [];
  before(async () => {
    selling = await startSelling();
    of = await selling.sold({ seconds: 130 });
    where = { chainId: selling.parties.chainId, contract: selling.parties.contract };
  });
  after(async () => {
    await Promise.all(providers.map((each) => each.stop()));
    await selling.stop();
  });

  const idOf = (provider: string) => `${where.contract}-${of.contentId}-${provider}`.toLowerCase();
  async function cheating(nth: number) {
    const { api } = selling;
    const wallet = api.wallet(nth);
    const { lie, key } = sellingWrongKeys(wallet, { ...where, contentId: of.contentId });
    const provider = await startProvider(of.playUrl, wallet.address, lie);
    providers.push(provider);
    await (await api.as(nth).registerStream(of.contentId, provider.url)).wait();
    await api.settled();
    return { wallet, key, url: provider.url };
  }
  const streams = async () =>
    (await selling.api.get(`/streams/${of.cid}`)).body.streams as {
      content_distributor_wallet: string;
      health: {
        state: string;
        reason: string;
        last_proof: { key: string; receipt: Record<string, never>; signature: string } | null;
      };
    }[];
  const healthOf = async ({ address }: Pick<BaseWallet, 'address'>) =>
    (await streams()).find((each) => each.content_distributor_wallet === address)?.health;

  it('are filed by the client of a viewer who met one: the stream comes last, and everybody can check why', async () => {
    const { api, parties } = selling;
    const { wallet, key, url } = await cheating(CHEAT);
    const later = await cheating(OTHER_CHEAT);
    const entries = new Map<string, string>();
    const storage: ClientStorage = memoryStorage(entries);
    const provider = wallet.address;
    const channel = await selling.open(storage, undefined, { provider });
    const viewing = { storage, channel, provider, playUrl: url, delegate: null, proofsTo: api.url };
    const video = await selling.video(of, viewing);
    const error = await rejected(video.fetchKeys([1]), WrongKey);
    expect(error.key).to.equal(key.toString('base64'));

    const shown = await streams();
    const ranked = shown.map((each) => each.content_distributor_wallet);
    expect(ranked.slice(0, 2)).to.have.members([selling.playing.seller, later.wallet.address]);
    expect(ranked[2]).to.equal(provider);
    const { state, reason, last_proof: proof } = (await healthOf(wallet)) ?? {};
    expect({ state, reason }).to.deep.equal({ state: 'wrong', reason: 'key_proven' });
    const {
      content_id: contentId,
      key_hash: keyHash,
      issued_at_sec: issuedAtSec,
      ...rest
    } = proof?.receipt ?? {};
    const signed = { ...rest, contentId, keyHash, issuedAtSec };
    const domain = accessDomain(parties.chainId, parties.contract);
    expect(verifyTypedData(domain, { ...RECEIPT_TYPES }, signed, proof?.signature ?? '')).to.equal(provider);
    expect([proof?.key, keyHash]).to.deep.equal([key.toString('base64'), `0x${hashOf(key)}`]);

    // It is paid no more, and nothing is filed twice.
    const [, kept = ''] = [...entries].find(([name]) => name.startsWith('distrusted')) ?? [];
    expect(JSON.parse(kept)).to.include({ isFiled: true });
    expect(await rejection(selling.video(of, viewing))).to.include({ code: 'seller_distrusted' });
    expect((await channel.balance()).spent).to.equal(1_000_000_000_000_000n);
    const { signature, ...receipt } = Object(error.receipt);
    for (let nth = 0; nth < 2; nth += 1) {
      const again = await api.post(`/streams/${idOf(provider)}/proofs`, {
        receipt,
        signature,
        key: error.key,
      });
      expect([again.status, again.body.message]).to.deep.equal([200, 'It is proven.']);
    }
    expect((await healthOf(wallet))?.last_proof).to.deep.equal(proof);
    // It outlives all looks.
    await api.deps.book.forgetProbes(Number.MAX_SAFE_INTEGER);
    expect(await healthOf(wallet)).to.include({ state: 'wrong' });
  });

  it('are filed later where the host was away', async () => {
    const { wallet, url } = await cheating(7);
    const entries = new Map<string, string>();
    const storage = memoryStorage(entries);
    const provider = wallet.address;
    const channel = await selling.open(storage, undefined, { provider });
    const viewing = { storage, channel, provider, playUrl: url, delegate: null };
    const away = { ...viewing, proofsTo: 'http://127.0.0.1:9' };
    await rejected((await selling.video(of, away)).fetchKeys([1]), WrongKey);
    expect(await healthOf(wallet)).to.include({ state: 'unchecked' });
    expect(await rejection(selling.video(of, { ...viewing, proofsTo: selling.api.url }))).to.include({
      code: 'seller_distrusted',
    });
    expect(await healthOf(wallet)).to.include({ state: 'wrong', reason: 'key_proven' });
  });

  it('are filed again where the host could not judge them yet', async () => {
    const { parties } = selling;
    const proof = { contentId: of.contentId, key: 'AAAA', receipt: { signature: '0x' } };
    const filedAt = (status: number, code: string) => {
      const fetch = async () => Response.json({ code }, { status });
      return fileProof({ ...parties, proofsTo: 'http://host.example', fetch }, proof);
    };
    for (const code of ['unknown_stream', 'proof_not_signed', 'proof_no_content'])
      expect(await filedAt(422, code), code).to.equal(false);
    expect(await filedAt(429, 'rate_limited')).to.equal(false);
    expect(await filedAt(200, 'none')).to.equal(true);
  });

  /** A receipt of a stream, and what is sent with it. */
  async function filed(
    signer: BaseWallet,
    {
      provider = signer.address,
      key = Buffer.from('some other bytes'),
      signed = {} as Partial<Receipt>,
      sent = {},
    } = {},
  ) {
    const given = { contentId: of.contentId, unit: 0, keyHash: `0x${hashOf(key)}`, payer: signer.address };
    const receipt: Receipt = {
      ...given,
      payment: `0x${'12'.repeat(32)}`,
      issuedAtSec: Math.floor(Date.now() / 1000),
      ...signed,
    };
    const { signature, ...rest } = await signReceipt(signer, receipt, where);
    const body = { receipt: receiptJson(rest), signature, key: key.toString('base64'), ...sent };
    const { status, body: answer } = await selling.api.post(`/streams/${idOf(provider)}/proofs`, body);
    return status === 200 ? 'proven' : answer.code;
  }
  async function honestKey() {
    const storage = memoryStorage();
    const video = await selling.video(of, { storage, channel: await selling.open(storage) });
    return Buffer.from((await video.fetchKeys([0])).get(0) ?? new Uint8Array());
  }

  it('are none where anything is not as it has to be, and then nothing changes', async () => {
    const { api } = selling;
    const { wallet } = await cheating(8);
    const stranger = new Wallet(`0x${'77'.repeat(32)}`);
    const provider = wallet.address;
    const other = Buffer.from('yet other bytes!').toString('base64');
    const ahead = Math.floor(Date.now() / 1000) + 3_600;
    const contentId = `0x${'13'.repeat(32)}`;
    expect(await filed(stranger, { provider })).to.equal('proof_not_signed');
    expect(await filed(wallet, { sent: { key: other } })).to.equal('proof_other_key');
    expect(await filed(wallet, { sent: { signature: `0x${'00'.repeat(65)}` } })).to.equal('proof_not_signed');
    expect(await filed(wallet, { signed: { contentId } })).to.equal('proof_other_stream');
    expect(await filed(wallet, { signed: { issuedAtSec: ahead } })).to.equal('proof_later');
    expect(await filed(wallet, { signed: { unit: 99 } })).to.equal('proof_no_unit');
    expect(await filed(wallet, { key: await honestKey() })).to.equal('proof_right_key');
    expect(await filed(wallet, { sent: { key: '!' } })).to.equal('invalid_field');
    expect(await filed(wallet, { provider: stranger.address })).to.equal('unknown_stream');
    expect((await api.post('/streams/nonsense/proofs', {})).body.code).to.equal('bad_stream_id');
    expect(await healthOf(wallet)).to.include({ state: 'unchecked', last_proof: null });
    expect(await filed(wallet)).to.equal('proven');
  });

  it('may be signed by who was the delegate then, as the chain has it, and by nobody else', async () => {
    const { api, playing } = selling;
    const { wallet } = await cheating(9);
    const delegate = Wallet.createRandom();
    const provider = wallet.address;
    const by = (issuedAtSec: number) =>
      filed(delegate as unknown as BaseWallet, { provider, signed: { issuedAtSec } });
    const named = async (whom: string) => {
      await (await api.as(9).setClaimDelegate(whom)).wait();
      await api.settled();
      return await playing.headSec();
    };
    await playing.moveTo((await playing.headSec()) + 1_000);
    expect(await by((await playing.headSec()) - 10)).to.equal('proof_not_signed');
    const sinceSec = await named(delegate.address);
    await playing.moveTo(sinceSec + 1_000);
    const untilSec = await named(ZeroAddress);
    await playing.moveTo(untilSec + 1_000);
    expect(await by(sinceSec - 200)).to.equal('proof_not_signed');
    expect(await by(untilSec + 200)).to.equal('proof_not_signed');
    expect(await by(sinceSec + 500)).to.equal('proven');
  });

  it('are checked against what others serve, where this host has no copy', async () => {
    const { api } = selling;
    const { wallet } = await cheating(10);
    const [row] = await api.deps.store.activeStreams({ provider: wallet.address });
    if (!row) throw new Error('it serves nothing');
    const key = Buffer.from('some other bytes');
    const given = { contentId: of.contentId, unit: 0, keyHash: `0x${hashOf(key)}`, payer: wallet.address };
    const receipt = await signReceipt(
      wallet,
      { ...given, payment: `0x${'12'.repeat(32)}`, issuedAtSec: 1 },
      where,
    );
    const storage = { ...api.deps.storage, stat: async () => null };
    const proofs = (allowsPrivate: boolean) =>
      new Proofs({ ...api.deps, ...where, storage, reach: createReach({ allowsPrivate }) });
    expect(await rejected(proofs(false).file(row, { receipt, key }), ProofRefused)).to.include({
      objection: 'no content',
    });
    // Others are asked once, however many file at a time or one after another.
    let asked = 0;
    const reach = async () => {
      asked += 1;
      throw new NotReached('It does not answer.', { reason: 'unreachable' });
    };
    const flooded = new Proofs({ ...api.deps, ...where, storage, reach });
    const once = () => rejected(flooded.file(row, { receipt, key }), ProofRefused);
    await Promise.all([once(), once()]);
    const rows = await api.deps.store.activeStreams({ cidKey: row.cidKey, limit: 4 });
    const { size: many } = new Set([row, ...rows].map(({ url }) => url));
    await once();
    expect(asked).to.equal(many);
    await proofs(true).file(row, { receipt, key });
    expect(await healthOf(wallet)).to.include({ state: 'wrong' });
  });
});
