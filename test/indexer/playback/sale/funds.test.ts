import { expect } from 'chai';
import { fundsOf, MAX_RECENT_EVENTS } from '../../../../indexer/playback/sale/funds.ts';
import type { ChannelEventKind, ChannelEventRow, ChannelRow } from '../../../../indexer/store/store.ts';
import { CONTRACT, hash, NATIVE, NOON, PROVIDER, VIEWER } from '../../store/samples.ts';

const CONFIRMED = 100;

function channel(change: Partial<ChannelRow> = {}): ChannelRow {
  return {
    ...{ contract: CONTRACT, channelId: hash('channel'), viewer: VIEWER, provider: PROVIDER, token: NATIVE },
    ...{ authorizer: VIEWER, salt: hash('salt'), deposit: 50n, claimed: 0n, epoch: 1, nextSeq: 3 },
    ...{ withdrawableAtSec: null, openedAtSec: NOON, txHash: hash('tx') },
    ...change,
  };
}

function event(kind: ChannelEventKind, blockNumber: number, amount: bigint | null = null): ChannelEventRow {
  const at = { timestampSec: NOON, txHash: hash(blockNumber), blockNumber, logIndex: 0 };
  return { kind, payer: null, amount, seq: null, reason: null, ...at };
}

const funds = (events: ChannelEventRow[], row: Partial<ChannelRow> = {}) =>
  fundsOf(channel(row), events, CONFIRMED);

describe('fundsOf()', () => {
  it('is what the records have, where nothing is new', () => {
    const events = [event('deposited', CONFIRMED, 50n), event('opened', CONFIRMED)];
    expect(funds(events)).to.deep.equal({ nextSeq: 3, deposit: 50n, confirmed: 50n, isWithdrawing: false });
    expect(funds([])).to.include({ confirmed: 50n });
  });

  it('takes deposits of blocks that may be undone for what they are', () => {
    const events = [event('deposited', CONFIRMED + 1, 20n), event('deposited', CONFIRMED, 30n)];
    expect(funds(events)).to.include({ deposit: 50n, confirmed: 30n });
  });

  it('counts what a claim took as taken, however new the claim is', () => {
    const events = [event('claimed', CONFIRMED + 1, 10n), event('deposited', CONFIRMED, 60n)];
    expect(funds(events)).to.include({ deposit: 50n, confirmed: 50n });
    const both = [event('claimed', CONFIRMED + 2, 10n), event('deposited', CONFIRMED + 1, 55n)];
    expect(funds(both)).to.include({ confirmed: 0n });
  });

  it('counts nothing as final of a channel, or an epoch, that is new itself', () => {
    for (const kind of ['opened', 'released', 'withdraw_finalized'] as const) {
      expect(funds([event(kind, CONFIRMED + 1)]), kind).to.include({ confirmed: 0n });
    }
  });

  it('counts nothing as final where more has happened than it looks at', () => {
    const many = Array.from({ length: MAX_RECENT_EVENTS }, () => event('deposited', CONFIRMED + 1, 0n));
    expect(funds(many)).to.include({ confirmed: 0n });
    expect(funds(many.slice(1))).to.include({ confirmed: 50n });
  });

  it('has a withdrawal begun where the head or the confirmed block says so', () => {
    expect(funds([], { withdrawableAtSec: NOON })).to.include({ isWithdrawing: true });
    expect(funds([event('withdraw_cancelled', CONFIRMED + 1)])).to.include({ isWithdrawing: true });
    expect(funds([event('withdraw_cancelled', CONFIRMED)])).to.include({ isWithdrawing: false });
  });
});
