import { expect } from 'chai';
import fc from 'fast-check';
import type { UnpaidView } from '../../../indexer/contract/packed-views.ts';
import { splitRoundingProviderDown } from '../../../indexer/lib/money.ts';
import { planPayments } from '../../../indexer/payouts/plan.ts';
import { type BatchLimits, batchLimits } from '../../../indexer/txmgr/batch-limits.ts';

const ROOMY: BatchLimits = { maxGas: 10_000_000n, maxBytes: 120_000 };
const COIN = '0x0000000000000000000000000000000000000000';
const TOKEN = '0x00000000000000000000000000000000000000cc';

let counter = 0;
function view(part: Partial<UnpaidView> = {}): UnpaidView {
  counter += 1;
  return {
    ref: `0x${counter.toString(16).padStart(64, '0')}`,
    contract: '0xhost',
    contentId: '0xcontent',
    cid: 'bafkcid',
    token: COIN,
    creator: '0xcreator',
    viewer: '0xviewer',
    provider: '0xprovider',
    viewTimeSec: counter,
    price: 1_001n,
    providerShareBps: 1_000,
    sponsorNonce: null,
    ...part,
  };
}

const anyView = fc
  .record({
    content: fc.integer({ min: 0, max: 3 }),
    provider: fc.integer({ min: 0, max: 2 }),
    token: fc.constantFrom(COIN, TOKEN),
    price: fc.bigInt({ min: 1n, max: 2n ** 72n - 1n }),
    providerShareBps: fc.integer({ min: 0, max: 10_000 }),
    sponsorNonce: fc.option(fc.bigInt({ min: 0n, max: 2_000n })),
  })
  .map(({ content, provider, ...rest }) =>
    view({
      ...rest,
      contentId: `0xcontent${content}`,
      creator: `0xcreator${content}`,
      provider: `0xp${provider}`,
    }),
  );

describe('planPayments()', () => {
  it('plans nothing for nothing', () => {
    expect(planPayments([], ROOMY)).to.deep.equal({
      batches: [],
      payees: [],
      coins: [],
      views: 0,
      gas: 0n,
    });
  });

  it("rounds the provider's share down per view and gives the creator the remainder", () => {
    const { payees } = planPayments([view(), view()], ROOMY);
    expect(
      payees.map(({ role, account, views, amount }) => ({ role, account, views, amount })),
    ).to.deep.equal([
      { role: 'creator', account: '0xcreator', views: 2, amount: 1_802n },
      { role: 'provider', account: '0xprovider', views: 2, amount: 200n },
    ]);
  });

  it('never mixes coins or deployments in one transaction', () => {
    const unpaid = [view(), view({ token: TOKEN }), view({ contract: '0xolder' }), view()];
    const plan = planPayments(unpaid, ROOMY);
    expect(plan.batches.map(({ contract, token, amount }) => [contract, token, amount])).to.deep.equal([
      ['0xhost', COIN, 2_002n],
      ['0xhost', TOKEN, 1_001n],
      ['0xolder', COIN, 1_001n],
    ]);
    expect(plan.coins.map((coin) => coin.views)).to.deep.equal([2, 1, 1]);
  });

  it('starts another transaction where the gas or the bytes of one would not do', () => {
    const unpaid = Array.from({ length: 30 }, () => view());
    const one = planPayments([view()], ROOMY).gas;
    const byGas = planPayments(unpaid, { ...ROOMY, maxGas: one });
    expect(byGas.batches.map((batch) => batch.views.length)).to.deep.equal(Array(30).fill(1));
    const byBytes = planPayments(unpaid, { ...ROOMY, maxBytes: 164 + 192 + 10 * 53 });
    expect(byBytes.batches.map((batch) => batch.views.length)).to.deep.equal([10, 10, 10]);
  });

  it('keeps views of one content together, then by assigned nonce, then oldest first', () => {
    const unpaid = [
      view({ viewTimeSec: 9 }),
      view({ viewTimeSec: 7, contentId: '0xother' }),
      view({ viewTimeSec: 8 }),
    ];
    const [batch] = planPayments(unpaid, ROOMY).batches;
    expect(batch?.views.map((each) => each.viewTimeSec)).to.deep.equal([8, 9, 7]);
    const assigned = [700n, 3n].map((sponsorNonce) => view({ sponsorNonce }));
    const [again] = planPayments(assigned, ROOMY).batches;
    expect(again?.views.map((each) => each.sponsorNonce)).to.deep.equal([3n, 700n]);
  });

  it('never mixes lanes of nonces in one transaction', () => {
    const lane = (number: bigint) => view({ sponsorNonce: number << 32n });
    const { batches } = planPayments([lane(1n), lane(2n), view(), lane(1n), view()], ROOMY);
    expect(batches.map((batch) => batch.views.length)).to.deep.equal([2, 1, 2]);
  });

  it('pays every view in exactly one batch, to the wei, within the limits (random views and limits)', () => {
    const limits = fc.record({
      maxGas: fc.bigInt({ min: 200_000n, max: 1_000_000n }),
      maxBytes: fc.integer({ min: 400, max: 5_000 }),
    });
    fc.assert(
      fc.property(fc.array(anyView, { maxLength: 60 }), limits, (unpaid, bounds) => {
        const plan = planPayments(unpaid, bounds);
        const paid = plan.batches.flatMap((batch) => batch.views);
        expect(paid.map((each) => each.ref).sort()).to.deep.equal(unpaid.map((each) => each.ref).sort());
        const owed = sum(unpaid.map((each) => each.price));
        expect(sum(plan.batches.map((batch) => batch.amount))).to.equal(owed);
        expect(sum(plan.payees.map((payee) => payee.amount))).to.equal(owed);
        expect(sum(plan.coins.map((coin) => coin.amount))).to.equal(owed);
        for (const batch of plan.batches) {
          expect(batch.gas <= bounds.maxGas).to.equal(true);
          expect(new Set(batch.views.map((each) => each.token)).size).to.equal(1);
        }
      }),
    );
  });
});

describe('splitRoundingProviderDown()', () => {
  it('leaves nothing over, whatever the share', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 104n }),
        fc.integer({ min: 0, max: 10_000 }),
        (amount, bps) => {
          const { creatorAmount, providerAmount } = splitRoundingProviderDown(amount, bps);
          expect(creatorAmount + providerAmount).to.equal(amount);
          expect(providerAmount * 10_000n <= amount * BigInt(bps)).to.equal(true);
          expect((providerAmount + 1n) * 10_000n > amount * BigInt(bps)).to.equal(true);
        },
      ),
    );
  });
});

describe('batchLimits()', () => {
  it('takes half a block, and never more than one transaction may have (EIP-7825)', () => {
    expect(batchLimits(30_000_000n).maxGas).to.equal(15_000_000n);
    expect(batchLimits(60_000_000n).maxGas).to.equal(16_777_216n);
  });
});

function sum(amounts: bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
