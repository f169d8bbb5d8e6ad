import { expect } from 'chai';
import type { ChainEvent, ClaimBatch } from '../../../indexer/chain/events.ts';
import type { Listing, Lookup, Place } from '../../../indexer/project/place.ts';
import { project } from '../../../indexer/project.ts';

const V0 = 'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR';
const V1 = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
const hex = (byte: string, bytes = 20) => `0x${byte.repeat(bytes)}`;
const [contract, creator, provider, viewer, token] = ['c0', 'c1', 'b1', 'a1', 'dd'].map((byte) => hex(byte));
const contentId = hex('01', 32);

const at: Place = {
  contract: String(contract),
  blockNumber: 7,
  blockHash: hex('b7', 32),
  timestampSec: Date.UTC(2026, 10, 30, 23, 59, 59) / 1000,
  txHash: hex('78', 32),
  logIndex: 3,
};
const day = '2026-11-30';
const listing = { cid: V0, cidKey: V1, creator, token } as Listing;
const terms = { pricePerUnit: 10n, providerShareBps: 2_500, metered: true };
const contentKey = { contract, content_id: contentId };
const nothingScheduled = {
  scheduled_effective_at: null,
  scheduled_retired: null,
  scheduled_price: null,
  scheduled_provider_share_bps: null,
  scheduled_metered: null,
};

const channelId = `0x${'cc'.repeat(32)}`;
const parties = { viewer: `0x${'d1'.repeat(20)}`, provider: `0x${'d2'.repeat(20)}`, token: String(token) };
const lookup: Lookup = {
  listing(asked, id) {
    expect([asked, id]).to.deep.equal([contract, contentId]);
    return listing;
  },
  channel(asked, id) {
    expect([asked, id]).to.deep.equal([contract, channelId]);
    return parties;
  },
};

function rowsOf(event: object, batch?: ClaimBatch): object[] {
  return project(event as ChainEvent, at, lookup, batch);
}

describe('project()', () => {
  it('ContentPublished lists the content, found by its canonical CID and its name in lower case', () => {
    const event = { name: 'ContentPublished', contentId, creator, token, ...terms, cid: V0 };
    expect(rowsOf({ ...event, videoName: 'ÉLAN', metadata: '{}' })).to.deep.equal([
      {
        table: 'content_metadata',
        key: contentKey,
        set: {
          cid: V0,
          cid_key: V1,
          content_creator_wallet: creator,
          token,
          video_name: 'ÉLAN',
          name_key: 'élan',
          metadata: '{}',
          price: 10n,
          provider_share_bps: 2_500,
          metered: 1,
          ...nothingScheduled,
          published_at: at.timestampSec,
          published_block: 7,
          published_log_index: 3,
          tx_hash: at.txHash,
        },
        news: 'content.published',
      },
    ]);
  });

  it('ContentPublished with what is no CID is found by its exact spelling', () => {
    const event = {
      name: 'ContentPublished',
      contentId,
      creator,
      token,
      ...terms,
      videoName: '',
      metadata: '',
    };
    const [row] = project({ ...event, cid: 'My Video' } as ChainEvent, at, lookup);
    expect(row?.set).to.include({ cid: 'My Video', cid_key: 'My Video' });
  });

  it('TermsScheduled keeps the terms in force and puts the change beside them', () => {
    const next = { pricePerUnit: 20n, providerShareBps: 1, metered: false };
    const event = { name: 'TermsScheduled', contentId, ...next, effectiveAtSec: 99, before: terms };
    expect(rowsOf(event)).to.deep.equal([
      {
        table: 'content_metadata',
        key: contentKey,
        set: {
          price: 10n,
          provider_share_bps: 2_500,
          metered: 1,
          scheduled_effective_at: 99,
          scheduled_retired: 0,
          scheduled_price: 20n,
          scheduled_provider_share_bps: 1,
          scheduled_metered: 0,
        },
        news: 'content.terms_scheduled',
      },
    ]);
  });

  it('TermsCancelled takes the change away', () => {
    expect(rowsOf({ name: 'TermsCancelled', contentId })).to.deep.equal([
      { table: 'content_metadata', key: contentKey, set: nothingScheduled, news: 'content.terms_cancelled' },
    ]);
  });

  it('ContentRetired schedules the end and keeps the terms', () => {
    expect(rowsOf({ name: 'ContentRetired', contentId, ...terms, effectiveAtSec: 99 })).to.deep.equal([
      {
        table: 'content_metadata',
        key: contentKey,
        set: {
          ...{ price: 10n, provider_share_bps: 2_500, metered: 1 },
          ...nothingScheduled,
          scheduled_effective_at: 99,
          scheduled_retired: 1,
        },
        news: 'content.retired',
      },
    ]);
  });

  it('StreamRegistered, StreamUpdated and StreamDeregistered begin, move and end a stream', () => {
    const key = { contract, content_id: contentId, provider };
    expect(rowsOf({ name: 'StreamRegistered', contentId, provider, url: 'http://a' })).to.deep.equal([
      {
        table: 'streams',
        key,
        set: {
          ...{ cid: V0, cid_key: V1, creator, url: 'http://a', active: 1 },
          ...{ registered_at: at.timestampSec, tx_hash: at.txHash },
        },
        news: 'stream.registered',
      },
    ]);
    expect(rowsOf({ name: 'StreamUpdated', contentId, provider, url: 'http://b' })).to.deep.equal([
      { table: 'streams', key, set: { url: 'http://b' }, news: 'stream.updated' },
    ]);
    expect(rowsOf({ name: 'StreamDeregistered', contentId, provider })).to.deep.equal([
      { table: 'streams', key, set: { active: 0 }, news: 'stream.ended' },
    ]);
  });

  const logged = {
    ...{ contract, content_id: contentId, cid: V0, cid_key: V1, token },
    ...{ blockchain_address: viewer, provider_wallet: provider, creator_wallet: creator },
    ...{ tx_hash: at.txHash, block_hash: at.blockHash },
  };
  const credit = (account: string | undefined, role: string, amount: bigint) => [
    { table: 'credits', key: { account, contract, token }, add: { credited: amount } },
    { table: 'earnings_daily', key: { wallet: account, day, contract, token, role }, add: { amount } },
  ];

  it('ViewPaid is a view at the time of its block, and two credits', () => {
    const amounts = { creatorAmount: 23n, providerAmount: 7n };
    expect(rowsOf({ name: 'ViewPaid', contentId, viewer, provider, units: 3, ...amounts })).to.deep.equal([
      {
        table: 'streaming_access_logs',
        key: { block_number: 7, log_index: 3, item: 0 },
        set: {
          ...logged,
          ...{
            source: 'direct',
            price: 10n,
            units: 3,
            amount: 30n,
            creator_amount: 23n,
            provider_amount: 7n,
          },
          ...{ timestamp: at.timestampSec, ref: null },
        },
        news: 'view.recorded',
      },
      ...credit(creator, 'creator', 23n),
      ...credit(provider, 'provider', 7n),
    ]);
  });

  it('ViewPaid with a share of nothing credits nobody with nothing', () => {
    const amounts = { creatorAmount: 30n, providerAmount: 0n };
    const rows = rowsOf({ name: 'ViewPaid', contentId, viewer, provider, units: 3, ...amounts });
    expect(rows.slice(1)).to.deep.equal(credit(creator, 'creator', 30n));
  });

  it('ViewsSponsored is a view each at the time it was watched, credited on the day of the block', () => {
    const view = { viewer, provider, units: 2, counter: 1, creatorAmount: 15n, providerAmount: 5n };
    const views = [
      { ...view, viewTimeSec: 5, ref: hex('r1', 32) },
      { ...view, viewTimeSec: 6, ref: hex('r2', 32) },
    ];
    const rows = rowsOf({
      name: 'ViewsSponsored',
      sponsor: viewer,
      contentId,
      unitPrice: 10n,
      lane: 1n,
      views,
    });
    expect(rows).to.deep.equal(
      views.flatMap(({ viewTimeSec, ref }, item) => [
        {
          table: 'streaming_access_logs',
          key: { block_number: 7, log_index: 3, item },
          set: {
            ...logged,
            ...{
              source: 'sponsored',
              price: 10n,
              units: 2,
              amount: 20n,
              creator_amount: 15n,
              provider_amount: 5n,
            },
            ...{ timestamp: viewTimeSec, ref },
          },
          news: 'view.recorded',
        },
        ...credit(creator, 'creator', 15n),
        ...credit(provider, 'provider', 5n),
      ]),
    );
  });

  it("SurplusCredited is the sponsor's credit", () => {
    expect(rowsOf({ name: 'SurplusCredited', sponsor: viewer, token, amount: 4n })).to.deep.equal(
      credit(viewer, 'sponsor', 4n),
    );
  });

  it('Withdrawn is a withdrawal, and counts against the credit', () => {
    const event = { name: 'Withdrawn', account: creator, token, to: viewer, amount: 9n };
    expect(rowsOf(event)).to.deep.equal([
      {
        table: 'withdrawals',
        key: { block_number: 7, log_index: 3 },
        set: {
          ...{ block_hash: at.blockHash, tx_hash: at.txHash, contract, timestamp: at.timestampSec },
          ...{ account: creator, token, recipient: viewer, amount: 9n },
        },
      },
      { table: 'credits', key: { account: creator, contract, token }, add: { withdrawn: 9n } },
    ]);
  });

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
            ...{ timestamp: at.timestampSec, ref: null },
          },
          news: 'view.recorded',
        },
        ...credit(creator, 'creator', one.creator_amount),
        ...credit(provider, 'provider', one.provider_amount),
      ]),
    ]);
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

  for (const name of ['ViewSkipped', 'NonceInvalidated', 'ClaimBatch', 'ClaimDelegateSet']) {
    it(`${name} changes no row`, () => {
      expect(rowsOf({ name, contentId })).to.deep.equal([]);
    });
  }
});
