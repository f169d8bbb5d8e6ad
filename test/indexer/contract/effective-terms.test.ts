import { expect } from 'chai';
import { termsInForce } from '../../../indexer/contract/effective-terms.ts';

const before = { pricePerUnit: 10n, providerShareBps: 2500, unit: 'view', retired: false } as const;
const after = { pricePerUnit: 20n, providerShareBps: 3000, unit: 'minute' } as const;

describe('termsInForce()', () => {
  it('are the published terms when nothing is scheduled', () => {
    expect(termsInForce({ ...before, scheduled: null }, 1000)).to.deep.equal(before);
  });

  it('change at the very second the change is effective', () => {
    const row = { ...before, scheduled: { effectiveAtSec: 1000, terms: after } };
    expect(termsInForce(row, 999)).to.deep.equal(before);
    expect(termsInForce(row, 1000)).to.deep.equal({ ...after, retired: false });
  });

  it('come back with the terms announced where a retired content is published again', () => {
    const row = { ...before, retired: true, scheduled: { effectiveAtSec: 1000, terms: after } };
    expect(termsInForce(row, 999)).to.deep.equal({ ...before, retired: true });
    expect(termsInForce(row, 1000)).to.deep.equal({ ...after, retired: false });
  });

  it('stay as they were when the content retires', () => {
    const row = { ...before, scheduled: { effectiveAtSec: 1000, terms: null } };
    expect(termsInForce(row, 999).retired).to.equal(false);
    expect(termsInForce(row, 1000)).to.deep.equal({ ...before, retired: true });
  });
});
