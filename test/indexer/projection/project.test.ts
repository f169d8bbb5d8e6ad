import { expect } from 'chai';
import {
  at,
  contentId,
  contentKey,
  contract,
  creator,
  credit,
  hex,
  logged,
  nothingScheduled,
  provider,
  rowsOf,
  terms,
  token,
  V0,
  V1,
  viewer,
} from './sample.ts';

const published = {
  ...{ name: 'ContentPublished', contentId, creator, token, ...terms },
  effectiveAtSec: at.timestampSec,
};

/** What payments are told by later. */
const announced = (effectiveSec: number, unit: string | null, before: string | null = null) => ({
  table: 'announced_units',
  key: { ...contentKey, announced_at: at.timestampSec, block_number: 7, log_index: 3 },
  set: { effective_at: effectiveSec, unit, unit_before: before },
});

describe('project()', () => {
  it('ContentPublished lists the content, found by its canonical CID and its name in lower case', () => {
    const event = { ...published, cid: V0 };
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
          unit: 'minute',
          retired: 0,
          ...nothingScheduled,
          published_at: at.timestampSec,
          published_block: 7,
          published_log_index: 3,
          tx_hash: at.txHash,
        },
        feedEvent: 'content.published',
      },
      announced(at.timestampSec, 'minute'),
    ]);
  });

  it('ContentPublished with what is no CID is found by its exact spelling', () => {
    const [row] = rowsOf({ ...published, videoName: '', metadata: '', cid: 'My Video' });
    expect(row).to.have.property('set').that.includes({ cid: 'My Video', cid_key: 'My Video' });
  });

  it('ContentPublished again leaves it retired where it stands, and puts the new terms beside the old', () => {
    const event = {
      ...published,
      effectiveAtSec: at.timestampSec + 20,
      cid: V0,
      videoName: 'B',
      metadata: '',
    };
    expect(rowsOf(event)).to.deep.equal([
      {
        table: 'content_metadata',
        key: contentKey,
        set: {
          ...{ video_name: 'B', name_key: 'b', metadata: '', retired: 1 },
          scheduled_effective_at: at.timestampSec + 20,
          scheduled_retired: 0,
          scheduled_price: 10n,
          scheduled_provider_share_bps: 2_500,
          scheduled_unit: 'minute',
        },
        feedEvent: 'content.published',
      },
      announced(at.timestampSec + 20, 'minute'),
    ]);
  });

  it('TermsScheduled keeps the terms in force and puts the change beside them', () => {
    const next = { pricePerUnit: 20n, providerShareBps: 1, unit: 'view' };
    const before = { pricePerUnitBefore: 10n, providerShareBpsBefore: 2_500, unitBefore: 'minute' };
    const event = { name: 'TermsScheduled', contentId, ...next, effectiveAtSec: 99, ...before };
    expect(rowsOf(event)).to.deep.equal([
      {
        table: 'content_metadata',
        key: contentKey,
        set: {
          price: 10n,
          provider_share_bps: 2_500,
          unit: 'minute',
          retired: 0,
          scheduled_effective_at: 99,
          scheduled_retired: 0,
          scheduled_price: 20n,
          scheduled_provider_share_bps: 1,
          scheduled_unit: 'view',
        },
        feedEvent: 'content.terms_scheduled',
      },
      announced(99, 'view', 'minute'),
    ]);
  });

  it('TermsCancelled takes the change away', () => {
    expect(rowsOf({ name: 'TermsCancelled', contentId })).to.deep.equal([
      {
        table: 'content_metadata',
        key: contentKey,
        set: nothingScheduled,
        feedEvent: 'content.terms_cancelled',
      },
      announced(at.timestampSec, null),
    ]);
  });

  it('ContentRetired schedules the end and keeps the terms', () => {
    expect(rowsOf({ name: 'ContentRetired', contentId, ...terms, effectiveAtSec: 99 })).to.deep.equal([
      {
        table: 'content_metadata',
        key: contentKey,
        set: {
          ...{ price: 10n, provider_share_bps: 2_500, unit: 'minute', retired: 0 },
          ...nothingScheduled,
          scheduled_effective_at: 99,
          scheduled_retired: 1,
        },
        feedEvent: 'content.retired',
      },
      announced(99, 'minute', 'minute'),
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
        feedEvent: 'stream.registered',
      },
    ]);
    expect(rowsOf({ name: 'StreamUpdated', contentId, provider, url: 'http://b' })).to.deep.equal([
      { table: 'streams', key, set: { url: 'http://b', tx_hash: at.txHash }, feedEvent: 'stream.updated' },
    ]);
    expect(rowsOf({ name: 'StreamDeregistered', contentId, provider })).to.deep.equal([
      { table: 'streams', key, set: { active: 0 }, feedEvent: 'stream.ended' },
    ]);
  });

  it('ViewPaid is a view at the time of its block, earned on its day', () => {
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
          ...{ timestamp: at.timestampSec, ref: null, payer: viewer, attributed: 0 },
        },
        earnedAtSec: at.timestampSec,
        feedEvent: 'view.recorded',
      },
    ]);
  });

  it('ViewsSponsored is a view each at the time it was watched, earned on the day of the block', () => {
    const view = { viewer, provider, units: 2, counter: 1, creatorAmount: 15n, providerAmount: 5n };
    const views = [
      { ...view, viewTimeSec: 5, ref: hex('r1', 32) },
      { ...view, viewTimeSec: 6, ref: hex('r2', 32) },
    ];
    const rows = rowsOf({
      name: 'ViewsSponsored',
      sponsor: creator,
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
            ...{ timestamp: viewTimeSec, ref, payer: creator, attributed: 1 },
          },
          earnedAtSec: at.timestampSec,
          feedEvent: 'view.recorded',
        },
      ]),
    );
  });

  it("ViewsSponsored by the viewer is the viewer's own, and no view is later than its block", () => {
    const view = { viewer, provider, units: 2, counter: 1, creatorAmount: 15n, providerAmount: 5n };
    const views = [{ ...view, viewTimeSec: 2 ** 40 - 1, ref: hex('r1', 32) }];
    const event = { name: 'ViewsSponsored', sponsor: viewer, contentId, unitPrice: 10n, lane: 1n, views };
    const [row] = rowsOf(event);
    expect(row)
      .to.have.property('set')
      .that.includes({
        ...{ payer: viewer, attributed: 0, timestamp: at.timestampSec },
      });
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

  it('ClaimDelegateSet is who may sign for the provider from then on', () => {
    expect(rowsOf({ name: 'ClaimDelegateSet', provider: viewer, delegate: creator })).to.deep.equal([
      {
        table: 'claim_delegates',
        key: { block_number: 7, log_index: 3 },
        set: { contract, provider: viewer, delegate: creator, since: at.timestampSec },
      },
    ]);
  });

  for (const name of ['ViewSkipped', 'NonceInvalidated', 'ClaimBatch']) {
    it(`${name} changes no row`, () => {
      expect(rowsOf({ name, contentId })).to.deep.equal([]);
    });
  }
});
