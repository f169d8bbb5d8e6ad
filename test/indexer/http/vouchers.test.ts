import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import type { Voucher } from '../../../indexer/store/book/vouchers.ts';
import { expectProblem, useApi } from './api.ts';

type Row = Record<string, unknown>;

const NOON = 1_800_000_000;
const [CHANNEL, CONTENT] = ['c1', 'a1'].map((byte) => `0x${byte.repeat(32)}`) as [string, string];
const PRICE = 10n ** 15n;

/** The operator is the provider. */
describe('GET /vouchers', () => {
  const api = useApi({ remote: true, env: { CLAIM: 'off' } });

  async function sign(seq: number, units = 1) {
    const provider = api.wallet(0).address.toLowerCase();
    const key = { contract: api.chain.facts.contract.toLowerCase(), channelId: CHANNEL, epoch: 1, seq };
    const items = [{ contentId: CONTENT, units, unitPrice: PRICE }];
    const voucher: Voucher = {
      ...{ ...key, provider, token: ZeroAddress, items, total: BigInt(units) * PRICE },
      ...{ signature: '0x5e', digest: '0xd1' },
    };
    const of = { voucher: key, scope: 's', contentId: CONTENT, nowSec: NOON + seq };
    await api.deps.book.sell(of, () => ({ answer: null, seals: true, voucher }));
    return key;
  }
  let rejected: Awaited<ReturnType<typeof sign>>;
  before(async () => {
    rejected = await sign(0, 3);
    await sign(1);
    await sign(2, 12);
    const to = { to: 'rejected', claimTx: null, reason: 'price_too_low', isFinal: true } as const;
    await api.deps.book.decideVouchers([{ key: rejected, from: 'sealed', ...to }], NOON + 60);
  });

  it('shows the operator all of them, the latest opened first, without signatures', async () => {
    const { status, body } = await api.get('/vouchers', api.asOperator);
    expect(status).to.equal(200);
    const vouchers = body.vouchers as Row[];
    expect(vouchers.map(({ seq, state, reason }) => [seq, state, reason])).to.deep.equal([
      [2, 'open', null],
      [1, 'sealed', null],
      [0, 'rejected', 'price_too_low'],
    ]);
    expect(vouchers[0]).to.deep.include({
      ...{ channel_id: CHANNEL, contract: api.chain.facts.contract, epoch: 1, token_symbol: 'ETH' },
      ...{ total: '0.012', total_base_units: '12000000000000000', opened_at: '2027-01-15T08:00:02Z' },
      items: [{ content_id: CONTENT, units: '12', unit_price: '0.001' }],
    });
    expect(JSON.stringify(body)).not.to.contain('0x5e');
  });

  it("shows them to the provider's wallet, page by page and by state", async () => {
    const own = await api.signedIn(0);
    const first = await api.get('/vouchers?limit=2', own);
    expect((first.body.vouchers as Row[]).map(({ seq }) => seq)).to.deep.equal([2, 1]);
    const second = await api.get(`/vouchers?limit=2&cursor=${first.body.next_cursor}`, own);
    expect((second.body.vouchers as Row[]).map(({ seq }) => seq)).to.deep.equal([0]);
    expect(second.body.next_cursor).to.equal(null);
    const sealed = await api.get('/vouchers?state=sealed', own);
    expect((sealed.body.vouchers as Row[]).map(({ seq }) => seq)).to.deep.equal([1]);
    expectProblem(
      await api.get(`/vouchers?state=sealed&cursor=${first.body.next_cursor}`, own),
      400,
      'bad_cursor',
      'cursor',
    );
  });

  it('shows them to whom the provider has named its delegate, for as long as it is that', async () => {
    const delegate = await api.signedIn(1);
    const earnings = `/wallets/${api.wallet(0).address}/earnings`;
    await (await api.as(0).setClaimDelegate(api.wallet(1).address)).wait();
    expect((await api.get('/vouchers', delegate)).body.vouchers).to.have.length(3);
    expect((await api.get('/disk', delegate)).status).to.equal(200);
    expect((await api.get(earnings, delegate)).body.unclaimed).to.have.length(1);
    expectProblem(await api.call('POST', '/vouchers/claim', { headers: delegate }), 409, 'claiming_off');
    await (await api.as(0).setClaimDelegate(ZeroAddress)).wait();
    expectProblem(await api.get('/vouchers', delegate), 403, 'wallet_mismatch', 'Authorization');
    expect((await api.get(earnings, delegate)).body).not.to.have.property('unclaimed');
  });

  it('shows them to nobody else', async () => {
    expectProblem(await api.get('/vouchers'), 401, 'sign_in_required');
    expectProblem(await api.get('/vouchers', await api.signedIn(1)), 403, 'wallet_mismatch', 'Authorization');
    const guessed = { authorization: `Bearer ${'x'.repeat(43)}` };
    expectProblem(await api.get('/vouchers', guessed), 401, 'session_invalid');
  });

  it('what is unclaimed stands in the earnings of the provider, for itself and the operator', async () => {
    const path = `/wallets/${api.wallet(0).address}/earnings`;
    // A stranger's answer, which is kept, is not the provider's.
    expect((await api.get(path)).body).not.to.have.property('unclaimed');
    const { store } = api.deps;
    const { contentById } = store;
    // A third of what is paid is the provider's.
    store.contentById = async (_, contentId) =>
      ({ contentId, providerShareBps: 3_333 }) as Awaited<ReturnType<typeof contentById>>;
    after(() => {
      store.contentById = contentById;
    });
    for (const shown of [api.asOperator, await api.signedIn(0)]) {
      const { body } = await api.get(path, shown);
      const [coin, ...others] = body.unclaimed as Row[];
      expect(others).to.deep.equal([]);
      expect(coin).to.deep.include({ token_symbol: 'ETH', amount: '0.013', vouchers: 2 });
      expect(coin).to.deep.include({ amount_base_units: '13000000000000000' });
      expect(coin).to.deep.include({
        provider_amount: '0.0043329',
        provider_amount_base_units: '4332900000000000',
      });
    }
  });

  it('are not claimed at a wish where the host claims nothing by itself', async () => {
    const answer = await api.call('POST', '/vouchers/claim', { headers: await api.signedIn(0) });
    expectProblem(answer, 409, 'claiming_off');
  });

  it('the disk is shown to the provider alone', async () => {
    expectProblem(await api.get('/disk', await api.signedIn(1)), 403, 'wallet_mismatch', 'Authorization');
    const before = (await api.get('/disk', await api.signedIn(0))).body;
    await api.add('some bytes');
    await api.deps.book.noteMedia({ cidKey: 'bafy', kind: 'file', sizeBytes: 10 });
    const { body } = await api.get('/disk', api.asOperator);
    expect(body.media_bytes).to.be.at.least(Number(before.media_bytes) + 10);
    expect(body.free_bytes).to.be.above(0);
    await api.deps.book.forgetMedia('bafy');
  });

  it('and for nobody else', async () => {
    const path = `/wallets/${api.wallet(0).address}/earnings`;
    await api.get(path, api.asOperator);
    for (const shown of [undefined, await api.signedIn(1), { authorization: `Bearer ${'x'.repeat(43)}` }]) {
      expect((await api.get(path, shown)).body).not.to.have.property('unclaimed');
    }
    const another = await api.get(`/wallets/${api.wallet(1).address}/earnings`, api.asOperator);
    expect(another.body).not.to.have.property('unclaimed');
  });

  it('the metrics tell how many there are, and what they come to', async () => {
    const text = await (await fetch(`${api.url}/metrics`)).text();
    const at = `contract="${api.chain.facts.contract.toLowerCase()}",token="${ZeroAddress}"`;
    expect(text).to.contain(`vouchers{${at},state="sealed"} 1\n`);
    expect(text).to.contain(`vouchers_amount{${at},state="open"} 0.012\n`);
    expect(text).to.contain(`vouchers_amount{${at},state="rejected"} 0.003\n`);
    const [, age] =
      new RegExp(`^vouchers_oldest_seconds\\{${at},state="open"\\} (-?\\d+)$`, 'm').exec(text) ?? [];
    expect(Number(age)).to.be.closeTo(Math.floor(Date.now() / 1_000) - (NOON + 2), 60);
  });

  it('for which the book is summed up once', async () => {
    const { book } = api.deps;
    const { unclaimed } = book;
    let sums = 0;
    book.unclaimed = (provider) => {
      sums += 1;
      return unclaimed(provider);
    };
    try {
      await (await fetch(`${api.url}/metrics`)).text();
    } finally {
      book.unclaimed = unclaimed;
    }
    expect(sums).to.equal(1);
  });
});
