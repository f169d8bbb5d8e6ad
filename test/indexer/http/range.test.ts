import { expect } from 'chai';
import {
  isKnownToClient,
  isOnlyIfCached,
  isRangeCurrent,
  selectRange,
} from '../../../indexer/http/gateway/range.ts';

const ETAG = '"bafy1"';

describe('selectRange()', () => {
  const unsatisfiable = [
    'bytes=100-',
    'bytes=100-,-0',
    'bytes=100-200',
    'bytes=-0',
    'bytes=99999999999999999999-',
  ];
  for (const header of unsatisfiable) {
    it(`finds ${header} of 100 bytes unsatisfiable`, () => {
      expect(selectRange(header, 100)).to.equal('unsatisfiable');
    });
  }

  for (const header of ['bytes=0-', 'bytes=-5', 'bytes=0-0']) {
    it(`finds ${header} of an empty file unsatisfiable`, () => {
      expect(selectRange(header, 0)).to.equal('unsatisfiable');
    });
  }

  const ignored = [
    undefined,
    '',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=5-2',
    'bytes=1-2,4',
    'bytes=1-2,x-',
    'bytes=,',
    'items=0-5',
    'bytes 0-5',
    'bytes=1.5-3',
    'bytes=--5',
  ];
  for (const header of ignored) {
    it(`gives the whole for ${header}`, () => {
      expect(selectRange(header, 100)).to.equal('whole');
    });
  }

  const spans: [header: string, start: number, end: number][] = [
    ['bytes=0-', 0, 99],
    ['bytes=0-0', 0, 0],
    ['bytes=10-19', 10, 19],
    ['bytes=99-', 99, 99],
    ['bytes=90-1000', 90, 99],
    ['bytes=90-99999999999999999999', 90, 99],
    ['bytes=-1', 99, 99],
    ['bytes=-100', 0, 99],
    ['bytes=-1000', 0, 99],
    ['Bytes = 3 - 4 ', 3, 4],
    ['bytes=1-2,4-5', 1, 2],
    ['bytes=1-2,', 1, 2],
    ['bytes= ,100-, -5 , 1-2', 95, 99],
  ];
  for (const [header, start, end] of spans) {
    it(`reads ${header} of 100 bytes as ${start} to ${end}`, () => {
      expect(selectRange(header, 100)).to.deep.equal({ start, end });
    });
  }
});

describe('isRangeCurrent()', () => {
  it('is true without If-Range and with exactly the entity tag', () => {
    expect(isRangeCurrent(undefined, ETAG)).to.equal(true);
    expect(isRangeCurrent('"bafy1"', ETAG)).to.equal(true);
  });

  for (const header of ['"bafy2"', 'W/"bafy1"', 'Wed, 21 Oct 2026 07:28:00 GMT', '*', '']) {
    it(`is false for ${JSON.stringify(header)}`, () => {
      expect(isRangeCurrent(header, ETAG)).to.equal(false);
    });
  }
});

describe('isKnownToClient()', () => {
  for (const header of [undefined, '', '"bafy2"', 'W/"bafy2"', 'bafy1', '"bafy", "bafy11"']) {
    it(`is false for ${header}`, () => {
      expect(isKnownToClient(header, ETAG)).to.equal(false);
    });
  }

  for (const header of ['"bafy1"', 'W/"bafy1"', '*', ' * ', '"bafy2", "bafy1"', '"a,b",W/"bafy1"']) {
    it(`is true for ${header}`, () => {
      expect(isKnownToClient(header, ETAG)).to.equal(true);
    });
  }
});

describe('isOnlyIfCached()', () => {
  it('finds the directive among others, in any case', () => {
    expect(isOnlyIfCached('only-if-cached')).to.equal(true);
    expect(isOnlyIfCached('no-transform, Only-If-Cached')).to.equal(true);
  });

  it('is false without it', () => {
    expect(isOnlyIfCached(undefined)).to.equal(false);
    expect(isOnlyIfCached('no-cache')).to.equal(false);
  });
});
