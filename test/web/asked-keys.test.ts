import { expect } from 'chai';
import type { AskedKey } from '../../web/src/pages/provide/host/asked-keys.ts';
import { outcomeOf } from '../../web/src/pages/provide/host/asked-words.ts';

const NOW = '2026-12-01T12:00:00Z';
const [LATER, BEFORE] = ['2026-12-08T12:00:00Z', '2026-11-30T12:00:00Z'];
type Told = Parameters<typeof outcomeOf>[0];

const told = (news: Partial<AskedKey>): ReturnType<typeof outcomeOf> => {
  const asked: Told = { state: 'waiting', until: null, reason: null, has_keys: false, ...news };
  return outcomeOf(asked, Date.parse(NOW));
};

describe('keys that were asked for, in words', () => {
  it('says what is waited for, and until when it is remembered', () => {
    expect(told({ until: LATER })).to.deep.equal({
      ...{ words: 'Waits for its creator; that host forgets it', at: LATER, isOpen: true },
    });
    expect(told({}).words).to.equal('Waits for its creator.');
    expect(told({ until: BEFORE }).words).to.equal('Not granted; that host has forgotten it');
  });

  it('says until when it is granted, and whether the keys came', () => {
    const granted = { state: 'granted', until: LATER } as const;
    expect(told({ ...granted, has_keys: true })).to.deep.equal({
      ...{ words: 'The keys are here; the grant ends', at: LATER, isOpen: false },
    });
    expect(told({ ...granted, until: BEFORE, has_keys: true }).words).to.equal(
      'The keys are here; the grant ended',
    );
    expect(told(granted)).to.include({ words: 'The keys are not here; the grant ends', isOpen: true });
    expect(told({ ...granted, until: null, has_keys: true }).words).to.equal('The keys are here.');
  });

  it('says why it failed; keys that came by another way are here all the same', () => {
    const failed = { state: 'failed', reason: 'It was taken down.' } as const;
    expect(told(failed)).to.include({ words: 'It was taken down.', isOpen: true });
    expect(told({ ...failed, has_keys: true })).to.include({ words: 'The keys are here.', isOpen: false });
  });
});
