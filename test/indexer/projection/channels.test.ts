import { expect } from 'chai';
import type { ClaimBatch } from '../../../indexer/contract/events.ts';
import {
  at,
  channelId,
  contentId,
  contract,
  hex,
  logged,
  parties,
  provider,
  rowsOf,
  token,
  viewer,
} from './sample.ts';

const channelKey = { contract, channel_id: channelId };
const changed = (set?: object, add?: object) => [
  ...(set ? [{ table: 'channels', key: channelKey, set }] : []),
  ...(add ? [{ table: 'channels', key: channelKey, add }] : []),
];
const happened = (kind: string, more: object = {}) => ({
  table: 'channel_events',
  key: { block_number: 7, log_index: 3 },
  set: {
    ...{ kind, contract, channel_id: channelId, block_hash: at.blockHash, tx_hash: at.txHash },
    ...{ timestamp: at.timestampSec, ...more },
  },
});

describe('project(), of channels', () => {
  it('ChannelOpened is a channel in its first epoch that holds nothing yet', () => {
    const opened = { ...parties, authorizer: hex('a7'), salt: hex('5a', 32) };
    expect(rowsOf({ name: 'ChannelOpened', channelId, ...opened })).to.deep.equal([
      ...changed({
        ...{ ...opened, epoch: 1, next_seq: 0, withdrawable_at: null, opened_at: at.timestampSec },
        ...{ tx_hash: at.txHash, opened_block: 7, opened_log_index: 3 },
      }),
      happened('opened'),
    ]);
  });

  it('Deposited adds to what the channel holds', () => {
    expect(rowsOf({ name: 'Deposited', channelId, payer: viewer, amount: 5n })).to.deep.equal([
      ...changed(undefined, { deposit: 5n }),
      happened('deposited', { payer: viewer, amount: 5n }),
    ]);
  });

  it('WithdrawInitiated and WithdrawCancelled begin and end the delay', () => {
    expect(rowsOf({ name: 'WithdrawInitiated', channelId, withdrawableAtSec: 99 })).to.deep.equal([
      ...changed({ withdrawable_at: 99 }),
      happened('withdraw_initiated'),
    ]);
    expect(rowsOf({ name: 'WithdrawCancelled', channelId })).to.deep.equal([
      ...changed({ withdrawable_at: null }),
      happened('withdraw_cancelled'),
    ]);
  });

  for (const [name, kind] of [
    ['WithdrawFinalized', 'withdraw_finalized'],
    ['ChannelReleased', 'released'],
  ] as const) {
    it(`${name} makes the deposit the viewer's credit, which is nothing earned`, () => {
      expect(rowsOf({ name, channelId, amount: 6n, epoch: 2 })).to.deep.equal([
        ...changed({ epoch: 2, withdrawable_at: null }, { deposit: -6n }),
        happened(kind, { amount: 6n }),
        { table: 'credits', key: { account: parties.viewer, contract, token }, add: { credited: 6n } },
      ]);
    });
  }

  it('a channel that gives nothing back makes no credit', () => {
    const event = { name: 'ChannelReleased', channelId, amount: 0n, epoch: 2 };
    expect(rowsOf(event)).to.deep.equal([
      ...changed({ epoch: 2, withdrawable_at: null }, { deposit: 0n }),
      happened('released', { amount: 0n }),
    ]);
  });

  it('VoucherClaimed is a view for each item, split item by item with the share of its batch', () => {
    const content = { contentId, unitPrice: 7n, providerShareBps: 2_500 };
    const contents = [{ ...content, contentId: hex('ee', 32) }, content];
    const batch: ClaimBatch = {
      name: 'ClaimBatch',
      provider: String(provider),
      token: String(token),
      contents,
    };
    const items = [
      { index: 1, units: 3 },
      { index: 1, units: 1 },
    ];
    // 21 is 16 and 5, 7 is 6 and 1: the provider's part is rounded down, each time.
    const views = [
      { units: 3, amount: 21n, creator_amount: 16n, provider_amount: 5n },
      { units: 1, amount: 7n, creator_amount: 6n, provider_amount: 1n },
    ];
    expect(rowsOf({ name: 'VoucherClaimed', channelId, seq: 4, items }, batch)).to.deep.equal([
      ...changed({ next_seq: 5 }, { deposit: -28n, claimed: 28n }),
      happened('claimed', { claimer: provider, seq: 4, amount: 28n }),
      ...views.flatMap((one, item) => [
        {
          table: 'streaming_access_logs',
          key: { block_number: 7, log_index: 3, item },
          set: {
            ...{ ...logged, blockchain_address: parties.viewer, source: 'voucher', price: 7n, ...one },
            ...{ timestamp: at.timestampSec, ref: null, payer: parties.viewer, attributed: 0 },
          },
          earnedAtSec: at.timestampSec,
          feedEvent: 'view.recorded',
        },
      ]),
    ]);
  });

  it('VoucherClaimed in a coin that nobody knows says nothing of who has paid', () => {
    const contents = [{ contentId, unitPrice: 7n, providerShareBps: 2_500 }];
    const batch: ClaimBatch = {
      name: 'ClaimBatch',
      provider: String(provider),
      token: String(token),
      contents,
    };
    const event = { name: 'VoucherClaimed', channelId, seq: 4, items: [{ index: 0, units: 1 }] };
    const rows = rowsOf(event, batch, { isKnownCoin: () => false });
    const view = rows.find((row) => 'table' in row && row.table === 'streaming_access_logs');
    expect(view).to.have.property('set').that.includes({ payer: null, attributed: 1 });
  });

  it('VoucherRejected moves no money, and remembers who claimed', () => {
    const batch: ClaimBatch = {
      name: 'ClaimBatch',
      provider: String(provider),
      token: String(token),
      contents: [],
    };
    expect(rowsOf({ name: 'VoucherRejected', channelId, seq: 4, reason: 8 }, batch)).to.deep.equal([
      happened('rejected', { claimer: provider, seq: 4, reason: 8 }),
    ]);
  });

  it('a voucher without the batch that it was claimed in is an error', () => {
    expect(() => rowsOf({ name: 'VoucherRejected', channelId, seq: 4, reason: 8 })).to.throw('no batch');
  });
});
