import { expect } from 'chai';
import { recoverAddress, TypedDataEncoder, Wallet } from 'ethers';
import { readContent } from '../../client/content/content.ts';
import { fromBase64 } from '../../client/http.ts';
import { type Channel, ClientError, WrongKey } from '../../client/index.ts';
import { type ClientStorage, memoryStorage } from '../../client/storage.ts';
import { domainOf, typesOf } from '../../client/typed-data.ts';
import { RECEIPT_TYPES, signReceipt } from '../../indexer/playback/keys/receipts.ts';
import { MAKER, SELLER } from '../indexer/http/playing.ts';
import { hashOf as sha256 } from '../indexer/http/selling.ts';
import { rejected, rejection } from '../rejection.ts';
import { PRICE, type Selling, type SoldVideo, startSelling } from './selling.ts';

/** What a seller answers in place of the truth; `null`: the truth. */
type Lie = (truth: {
  url: string;
  init: RequestInit;
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}) => { status?: number; body?: unknown; headers?: Record<string, string> } | null;

describe('a seller that cheats', () => {
  let selling: Selling;
  let of: SoldVideo;
  let storage: ClientStorage;
  let entries: Map<string, string>;
  let channel: Channel;
  before(async () => {
    selling = await startSelling();
    of = await selling.sold({ seconds: 310 });
  });
  after(() => selling.stop());
  beforeEach(async () => {
    entries = new Map();
    storage = memoryStorage(entries);
    channel = await selling.open(storage);
  });

  /** The host's own answers, with somebody in between who lies about keys. */
  const lying =
    (lie: Lie) =>
    async (url: string, init: RequestInit = {}) => {
      const answer = await fetch(url, init);
      if (!url.includes('/keys')) return answer;
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const { status, headers } = answer;
      const lied = lie({ url, init, status, body: jsonIn(bytes), headers });
      if (lied === null) return new Response(bytes, { status, headers });
      const kept = Object.fromEntries(headers);
      const body = lied.body === undefined ? bytes : JSON.stringify(lied.body);
      return new Response(body, { status: lied.status ?? status, headers: { ...kept, ...lied.headers } });
    };
  const video = (lie: Lie, more: Parameters<Selling['video']>[1] = {}) =>
    selling.video(of, { storage, channel, delegate: null, patienceMs: 0, fetch: lying(lie), ...more });
  const spent = async () => Number((await channel.balance()).spent / PRICE);
  const refused = async (lie: Lie, code: string, unit = 0) => {
    const error = await rejected((await video(lie)).fetchKeys([unit]), ClientError);
    expect(error).to.include({ code });
    return error;
  };
  const honest: Lie = () => null;
  const isSale = ({ init, status }: Parameters<Lie>[0]) => init.method === 'POST' && status === 200;
  const otherKey: Lie = (truth) =>
    isSale(truth) ? { body: { ...truth.body, keys: { 0: btoa('another key here') } } } : null;

  it('with a wrong key is paid for one unit and never again, by no tab, and what it signed is kept', async () => {
    const tab = await video(honest);
    const error = await refused(otherKey, 'wrong_key');
    expect(error).to.be.instanceOf(WrongKey);
    expect(error).to.deep.include({ unit: 0, key: btoa('another key here') });
    const receipt = error instanceof WrongKey ? error.receipt : null;
    expect(receipt).to.include({ unit: 0, content_id: of.contentId });
    expect(await spent()).to.equal(1);
    const [, kept = ''] = [...entries].find(([key]) => key.startsWith('distrusted')) ?? [];
    expect(JSON.parse(kept)).to.deep.include({ code: 'wrong_key', cid: of.cid, unit: 0, receipt });
    expect(await rejection(tab.fetchKeys([1]))).to.include({ code: 'seller_distrusted' });
    expect(await rejection(video(honest))).to.include({ code: 'seller_distrusted' });
    expect(await spent()).to.equal(1);
  });

  it('with no key, or too short a one, is one with a wrong key', async () => {
    for (const keys of [{}, { 0: '' }, { 0: '!' }, { 1: btoa('another key here') }]) {
      entries.clear();
      channel = await selling.open(storage);
      await refused((truth) => (isSale(truth) ? { body: { ...truth.body, keys } } : null), 'wrong_key');
    }
  });

  it('that takes a unit and serves nothing for it gets no second one', async () => {
    const never: Lie = (truth) =>
      isSale(truth) ? { status: 402, body: { code: 'payment_required' }, headers: asked } : null;
    const asked = {
      'payment-required': (await fetch(`${of.playUrl}/keys/0`)).headers.get('payment-required') ?? '',
    };
    const one = await video(never);
    for (const unit of [0, 1, 0])
      expect(await rejection(one.fetchKeys([unit]))).to.include({ code: 'not_served' });
    const other = await selling.sold({ seconds: 70 });
    const elsewhere = await selling.video(other, { storage, channel, fetch: lying(never) });
    expect(await rejection(elsewhere.fetchKeys([0]))).to.include({ code: 'not_served' });
    expect(await spent()).to.equal(1);
    // It has it open all the same: nobody has lost anything once it serves.
    expect((await (await video(honest)).fetchKeys([0, 1])).size).to.equal(2);
    expect(await spent()).to.equal(2);
  });

  it('that asks for more than one unit, more than the price, or for somebody else, gets nothing', async () => {
    const asking = (other: object, otherExtra: object = {}): Lie => {
      return ({ status, headers }) => {
        if (status !== 402) return null;
        const demand = jsonIn(fromBase64(headers.get('payment-required') ?? ''));
        const accepts = (demand.accepts as { extra: object }[]).map((each) => ({
          ...{ ...each, ...other },
          extra: { ...each.extra, ...otherExtra },
        }));
        return { headers: { 'payment-required': btoa(JSON.stringify({ ...demand, accepts })) } };
      };
    };
    const stranger = Wallet.createRandom().address;
    await refused(asking({}, { due: '2' }), 'offer_differs');
    await refused(asking({}, { due: '0' }), 'offer_differs');
    await refused(asking({}, { unitPrice: String(PRICE + 1n) }), 'price_changed');
    await refused(asking({}, { provider: stranger }), 'offer_differs');
    await refused(asking({}, { contentId: `0x${'12'.repeat(32)}` }), 'offer_differs');
    await refused(asking({ payTo: stranger }), 'offer_differs');
    await refused(asking({ asset: stranger }), 'offer_differs');
    await refused(asking({ network: 'eip155:1' }), 'offer_differs');
    await refused(
      (truth) => (truth.status === 402 ? { headers: { 'payment-required': '' } } : null),
      'offer_differs',
    );
    expect(await spent()).to.equal(0);
  });

  describe('that shows another voucher', () => {
    const conflict =
      (body: object): Lie =>
      (truth) =>
        truth.init.method === 'POST' ? { status: 409, body: { code: 'voucher_conflict', ...body } } : null;
    const TYPES = typesOf({
      Voucher: 'bytes32 channelId,uint32 epoch,uint32 seq,Item[] items',
      Item: 'bytes32 contentId,uint32 units,uint72 unitPrice',
    });

    it('has nothing joined that the key of the channel has not signed', async () => {
      const units = 9n;
      const items = [[of.contentId, String(units), String(PRICE)]];
      const message = {
        channelId: channel.id,
        epoch: 1,
        seq: 0,
        items: [{ contentId: of.contentId, units, unitPrice: PRICE }],
      };
      const signature = await Wallet.createRandom().signTypedData(domainOf(selling.parties), TYPES, message);
      for (const shown of [signature, '0x', null, 7]) {
        const voucher = { channelId: channel.id, epoch: 1, seq: 0, items };
        await refused(conflict({ voucher, signature: shown, next_seq: 0 }), 'voucher_conflict');
      }
      expect(await spent()).to.equal(1);
    });

    it('has no unit signed more than twice, whatever it says is next', async () => {
      let next = 0;
      // It has never heard of any, it says, and does not keep it either.
      const rising = async (url: string, init: RequestInit = {}) => {
        const isGrowth = init.method === 'POST' && !String(init.body).includes('"items":[]');
        const body = JSON.stringify({ code: 'voucher_conflict', next_seq: ++next });
        return isGrowth ? new Response(body, { status: 409 }) : await fetch(url, init);
      };
      const one = await video(honest, { fetch: rising });
      for (const unit of [0, 1, 2]) {
        expect(await rejection(one.fetchKeys([unit]))).to.include({ code: 'voucher_conflict' });
      }
      expect(await spent()).to.equal(2);
    });

    it('has none signed again where it does not say what is next', async () => {
      for (const next_seq of [-1, 2 ** 32, '1', null, 0.5])
        await refused(conflict({ next_seq }), 'voucher_conflict');
      expect(await spent()).to.equal(1);
    });
  });

  describe('with its receipt', () => {
    const forged =
      (change: (receipt: Record<string, unknown>) => object): Lie =>
      (truth) => {
        if (!isSale(truth) || truth.body.receipts === undefined) return null;
        const receipts = truth.body.receipts as Record<string, Record<string, unknown>>;
        const changed = Object.entries(receipts).map(([unit, receipt]) => [
          unit,
          { ...receipt, ...change(receipt) },
        ]);
        return { body: { ...truth.body, receipts: Object.fromEntries(changed) } };
      };

    it('is asked for one at the first unit, which the provider or its delegate has signed', async () => {
      let receipts = 0;
      const listening: Lie = (truth) => {
        if (isSale(truth) && truth.body.receipts) receipts += 1;
        return null;
      };
      expect((await (await video(listening)).fetchKeys([0])).size).to.equal(1);
      expect(receipts).to.equal(1);
    });

    it('that was signed for another unit is paid no more', async () => {
      let other: unknown;
      const keeping: Lie = (truth) => {
        if (isSale(truth)) other = (truth.body.receipts as Record<string, unknown>)[0];
        return null;
      };
      await (await video(keeping)).fetchKeys([0]);
      entries.clear();
      channel = await selling.open(storage);
      const swapping: Lie = (truth) =>
        isSale(truth) ? { body: { ...truth.body, receipts: { 1: other } } } : null;
      await refused(swapping, 'receipt_invalid', 1);
    });

    it('that is signed for something else, or by somebody else, is paid no more', async () => {
      for (const change of [
        { unit: 5 },
        { key_hash: `0x${'00'.repeat(32)}` },
        { content_id: `0x${'12'.repeat(32)}` },
        { payer: Wallet.createRandom().address },
        { signature: `0x${'11'.repeat(65)}` },
        { signature: null },
      ]) {
        entries.clear();
        channel = await selling.open(storage);
        await refused(
          forged(() => change),
          'receipt_invalid',
        );
        expect([...entries.keys()].some((key) => key.startsWith('distrusted'))).to.equal(true);
        expect(await spent()).to.equal(1);
      }
    });

    it('for a wrong key has shown everybody that it cheats: by the receipt, the CID and the chain alone', async () => {
      const { api, parties } = selling;
      const { chainId, contract, provider } = parties;
      const wrong = btoa('another key here');
      let signed: object = {};
      const cheat: Lie = (truth) =>
        isSale(truth) ? { body: { ...truth.body, keys: { 0: wrong }, receipts: { 0: signed } } } : null;
      const given = { contentId: of.contentId, unit: 0, keyHash: `0x${sha256(fromBase64(wrong))}` };
      const paid = { payment: `0x${'12'.repeat(32)}`, payer: channel.viewer, issuedAtSec: 1_800_000_000 };
      const where = { chainId, contract };
      const { signature } = await signReceipt(api.wallet(SELLER), { ...given, ...paid }, where);
      const names = { content_id: of.contentId, key_hash: given.keyHash, issued_at_sec: paid.issuedAtSec };
      signed = { ...names, ...paid, unit: 0, signature };
      await refused(cheat, 'wrong_key');

      // What the device has kept, in the hands of somebody who trusts neither side.
      const [, kept = ''] = [...entries].find(([key]) => key.startsWith('distrusted')) ?? [];
      const { receipt, cid } = JSON.parse(kept) as { receipt: Record<string, string>; cid: string };
      const shown = { ...given, ...paid, keyHash: String(receipt.key_hash), unit: Number(receipt.unit) };
      const digest = TypedDataEncoder.hash(domainOf(parties), { ...RECEIPT_TYPES }, shown);
      expect(recoverAddress(digest, String(receipt.signature))).to.equal(provider);
      const maker = api.wallet(MAKER).address;
      expect(await api.as(SELLER).contentIdOf(maker, parties.token, cid)).to.equal(receipt.content_id);
      const content = await readContent(cid, async (path) => {
        const answer = await fetch(`${api.url}/play/${cid}${path}`);
        return new Uint8Array(await answer.arrayBuffer());
      });
      expect(`0x${content.keyHashes[shown.unit]}`).to.not.equal(receipt.key_hash);
    });

    it('is not judged where nobody knows who may sign in its place', async () => {
      const lie = forged(() => ({ unit: 5 }));
      const one = await selling.video(of, { storage, channel, fetch: lying(lie) });
      expect((await one.fetchKeys([0])).size).to.equal(1);
    });
  });
});

function jsonIn(bytes: Uint8Array): Record<string, unknown> {
  try {
    return Object(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return {};
  }
}
