import { expect } from 'chai';
import { liveEvent } from '../../indexer/http/events/schemas.ts';
import { announce, type Change, concerns, type Interest, onChange } from '../../web/src/api/changes.ts';
import { changeOf, EVENT_NAMES } from '../../web/src/api/events.ts';
import { CID, CREATOR, OTHER, PROVIDER, VIEWER } from '../indexer/http/samples.ts';

const VIEW = {
  cid: CID,
  blockchain_address: VIEWER,
  provider_wallet: PROVIDER,
  creator_wallet: CREATOR,
  amount: '0.001',
};
const CHANGE: Change = { kind: 'view', cid: CID, wallets: [VIEWER, PROVIDER, CREATOR] };

describe('an event of the host', () => {
  it('of a view concerns its three wallets and its content', () => {
    expect(changeOf('view.recorded', JSON.stringify(VIEW))).to.deep.equal(CHANGE);
    const covered = JSON.stringify({ report_id: 'r', record: VIEW });
    expect(changeOf('view.covered', covered)).to.deep.equal(CHANGE);
  });

  it('of a stream or a content concerns who serves and who created it', () => {
    const stream = { cid: CID, content_distributor_wallet: PROVIDER, content_creator_wallet: CREATOR };
    expect(changeOf('stream.ended', JSON.stringify(stream))).to.deep.equal({
      kind: 'stream',
      cid: CID,
      wallets: [PROVIDER, CREATOR],
    });
    const content = { cid: CID, content_creator_wallet: CREATOR };
    expect(changeOf('content.retired', JSON.stringify(content))).to.deep.include({ kind: 'content' });
  });

  for (const name of ['reverted', 'reset', 'something.new']) {
    it(`"${name}" may be about anything`, () => {
      expect(changeOf(name, JSON.stringify(VIEW))).to.equal(undefined);
    });
  }

  it('of an upload concerns who waits for it', () => {
    const told = JSON.stringify({ upload_id: 'one', state: 'packaging', progress: 0.5 });
    const change = changeOf('upload.progress', told);
    expect(change).to.deep.equal({ kind: 'upload', cid: undefined, upload: 'one', wallets: [] });
    expect(concerns(change as Change, { kinds: ['upload'], upload: 'one' })).to.equal(true);
    expect(concerns(change as Change, { kinds: ['upload'], upload: 'other' })).to.equal(false);
  });

  it('has one of the names that the page listens for', () => {
    const names: string[] = liveEvent.options.map(({ shape }) => shape.event.value);
    expect(EVENT_NAMES).to.have.members(names);
  });

  it('that is not understood may be about anything', () => {
    expect(changeOf('view.recorded', 'not JSON')).to.equal(undefined);
  });
});

describe('a change', () => {
  const cases: [what: string, interest: Interest, does: boolean][] = [
    ['whoever looks at all views', { kinds: ['view'] }, true],
    ['whoever looks at the content', { kinds: ['view', 'stream'], cid: CID }, true],
    ['its viewer, in any case', { kinds: ['view'], wallet: VIEWER.toLowerCase() }, true],
    ['nobody who looks at streams only', { kinds: ['stream'], cid: CID }, false],
    ['no other content', { kinds: ['view'], cid: `${CID.slice(0, -1)}a` }, false],
    ['whoever spells the content in another way', { kinds: ['view'], cid: CID.toUpperCase() }, true],
    ['no other wallet', { kinds: ['view'], wallet: OTHER }, false],
  ];
  for (const [what, interest, does] of cases) {
    it(`concerns ${what}`, () => {
      expect(concerns(CHANGE, interest)).to.equal(does);
    });
  }

  it('is told to those whom it concerns, one of everything to all, until they leave', () => {
    const told: string[] = [];
    const stops = [
      onChange({ kinds: ['view'], cid: CID }, () => told.push('views')),
      onChange({ kinds: [] }, () => told.push('nothing')),
    ];
    announce(CHANGE);
    announce();
    for (const stop of stops) stop();
    announce();
    expect(told).to.deep.equal(['views', 'views', 'nothing']);
  });
});
