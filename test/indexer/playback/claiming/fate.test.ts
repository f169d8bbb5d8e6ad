import { expect } from 'chai';
import { REJECT_REASONS } from '../../../../indexer/contract/reject-reasons.ts';
import { fateOf, type VoucherFacts } from '../../../../indexer/playback/claiming/fate.ts';
import type { StoredVoucher, VoucherState } from '../../../../indexer/store/book/vouchers.ts';
import type { ClaimOutcome } from '../../../../indexer/store/store.ts';
import { NOON, stored } from './samples.ts';

const TX = '0xaa';
const EPOCH_INVALID = REJECT_REASONS.indexOf('epoch_invalid');

describe('fateOf()', () => {
  const NOTHING: VoucherFacts = {
    channel: { epoch: 1, nextSeq: 0 },
    ...{ claim: null, rejected: null, endedIn: null, inFlightTx: null, finalBlock: 100 },
  };
  const outcome = (change: Partial<ClaimOutcome> = {}): ClaimOutcome => {
    const { contract, channelId, epoch, seq, total: amount } = stored();
    return {
      ...{ kind: 'claimed', contract, channelId, epoch, seq, amount, reason: null },
      ...{ txHash: TX, timestampSec: NOON, blockNumber: 101, logIndex: 0 },
      ...change,
    };
  };
  const fate = (voucher: Partial<StoredVoucher>, facts: Partial<VoucherFacts>) => {
    const found = fateOf(stored(voucher), { ...NOTHING, ...facts });
    return found && [found.to, found.claimTx, found.reason, found.isFinal];
  };
  const sent: VoucherState[] = ['claiming', 'claimed', 'rejected', 'void'];

  it('leaves as it is what nothing has happened to', () => {
    expect(fate({}, {})).to.equal(null);
    expect(fate({ state: 'sealed' }, {})).to.equal(null);
    expect(fate({}, { channel: null })).to.equal(null);
  });

  it('is claimed as soon as the chain says so, in whatever state, and for good once that is final', () => {
    for (const state of ['open', 'sealed', ...sent] as const) {
      expect(fate({ state }, { claim: outcome() })).to.deep.equal(['claimed', TX, null, false]);
    }
    const known = { state: 'claimed', claimTx: TX } as const;
    expect(fate(known, { claim: outcome() })).to.equal(null);
    expect(fate(known, { claim: outcome({ blockNumber: 100 }) })).to.deep.equal(['claimed', TX, null, true]);
  });

  it('says where an older one was claimed in its place', () => {
    const claim = outcome({ amount: 1n });
    expect(fate({ state: 'sealed' }, { claim })).to.deep.equal(['claimed', TX, 'older_claimed', false]);
  });

  it('is void once a later number is claimed, or its epoch is over', () => {
    const later = outcome({ seq: 1 });
    expect(fate({}, { claim: later })).to.deep.equal(['void', null, 'later_claimed', false]);
    const over = { channel: { epoch: 2, nextSeq: 0 }, endedIn: 100 };
    expect(fate({ state: 'sealed' }, over)).to.deep.equal(['void', null, 'epoch_over', true]);
    expect(fate({ state: 'sealed' }, { ...over, endedIn: 101 })).to.deep.equal([
      ...['void', null, 'epoch_over', false],
    ]);
    const sameNumber = { ...over, claim: outcome({ epoch: 2 }) };
    expect(fate({}, sameNumber)).to.deep.equal(['void', null, 'epoch_over', true]);
  });

  it('is rejected, with the reason, where its own claim was', () => {
    const rejected = outcome({ kind: 'rejected', amount: null, reason: 8 });
    expect(fate({ state: 'claiming' }, { rejected })).to.deep.equal([
      'rejected',
      TX,
      'deposit_too_low',
      false,
    ]);
    expect(fate({ state: 'sealed' }, { rejected })).to.equal(null);
  });

  it('is not rejected by what an earlier epoch had under its number', () => {
    const earlier = outcome({ kind: 'rejected', amount: null, reason: 8 });
    const again = { state: 'claiming', epoch: 2 } as const;
    const channel = { epoch: 2, nextSeq: 0 };
    expect(fate(again, { channel, rejected: earlier })).to.deep.equal(['sealed', null, null, false]);
    const late = outcome({ kind: 'rejected', amount: null, epoch: 2, reason: EPOCH_INVALID });
    expect(fate(again, { channel, rejected: late })).to.deep.equal(['sealed', null, null, false]);
    const own = outcome({ kind: 'rejected', amount: null, epoch: 2, reason: 8 });
    expect(fate(again, { channel, rejected: own })?.[0]).to.equal('rejected');
  });

  it('is under way again, though another transaction has had it rejected', () => {
    const rejected = outcome({ kind: 'rejected', amount: null, reason: 8 });
    expect(fate({ state: 'claiming' }, { rejected, inFlightTx: '0xbb' })).to.deep.equal([
      ...['claiming', '0xbb', null, false],
    ]);
    expect(fate({ state: 'claiming' }, { rejected, inFlightTx: TX })?.[0]).to.equal('rejected');
  });

  it('is under way while a transaction that is not mined holds it', () => {
    expect(fate({ state: 'sealed' }, { inFlightTx: TX })).to.deep.equal(['claiming', TX, null, false]);
    expect(fate({ state: 'claiming', claimTx: TX }, { inFlightTx: TX })).to.equal(null);
  });

  it('is to be claimed again where a crash or a reorganisation has undone it', () => {
    for (const state of sent) expect(fate({ state }, {})).to.deep.equal(['sealed', null, null, false]);
    for (const state of sent) {
      expect(fate({ state }, { channel: null })).to.deep.equal(['sealed', null, null, false]);
    }
  });

  it('is void where it was known from the chain alone, which has undone it', () => {
    const rebuilt = { state: 'claimed', signature: '' } as const;
    expect(fate(rebuilt, {})).to.deep.equal(['void', null, 'claim_undone', true]);
  });
});
