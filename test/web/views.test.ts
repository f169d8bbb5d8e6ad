import { expect } from 'chai';
import { timeText } from '../../web/src/components/when.ts';
import { urlError } from '../../web/src/pages/provide/stream-url.ts';
import { clock } from '../../web/src/player/clock.ts';
import { afterPublication, type Draft, draftErrors, namedAfter } from '../../web/src/publish/draft.ts';
import { createMeter, remainingSec, sizeText } from '../../web/src/publish/progress.ts';

describe('an upload', () => {
  it('is measured over the last seconds', () => {
    const meter = createMeter(10_000);
    meter(0, 0);
    expect(meter(1_000, 1_000).bytesPerSec).to.equal(1_000);
    const later = meter(9_000, 5_000);
    expect(later.bytesPerSec).to.equal(0);
    expect(meter(9_500, 5_500).bytesPerSec).to.equal(1_000);
  });

  it('has no speed before it has moved, and so no end in sight', () => {
    const progress = createMeter(10)(0, 5);
    expect([progress.bytesPerSec, remainingSec(progress)]).to.deep.equal([0, undefined]);
  });

  it('never has more bytes than the file, whatever the form around it weighs', () => {
    expect(createMeter(10)(400, 5).bytes).to.equal(10);
  });

  it('says how long it still takes', () => {
    expect(remainingSec({ bytes: 100, totalBytes: 1_101, bytesPerSec: 500 })).to.equal(3);
  });

  const sizes: [number, string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1_500, '1.5 kB'],
    [407_512, '408 kB'],
    [16 * 1024 ** 3, '17 GB'],
  ];
  for (const [bytes, text] of sizes) {
    it(`of ${bytes} bytes has ${text}`, () => {
      expect(sizeText(bytes)).to.equal(text);
    });
  }
});

describe('a draft', () => {
  const good: Draft = {
    ...{ name: 'A video', price: '0.001', unit: 'view', protect: true, previewSec: 10 },
    ...{ creatorShare: 70, serve: true },
  };
  it('is complete with a name and a price', () => {
    expect(draftErrors(good)).to.deep.equal({});
  });

  const errors: [what: string, change: object, field: string][] = [
    ['no name', { name: '  ' }, 'name'],
    ['a name of 257 bytes', { name: `${'é'.repeat(128)}x` }, 'name'],
    ['no price', { price: '' }, 'price'],
    ['a price in words', { price: 'cheap' }, 'price'],
    ['a price above what the contract holds', { price: '4723' }, 'price'],
    ['more decimals than the coin', { price: '0.0000000000000000001' }, 'price'],
    ['a free start of more than a minute', { previewSec: 61 }, 'previewSec'],
    ['a free start of part of a second', { previewSec: 0.5 }, 'previewSec'],
    ['no free start in numbers', { previewSec: Number.NaN }, 'previewSec'],
  ];
  for (const [what, change, field] of errors) {
    it(`with ${what} says so at the field`, () => {
      expect(draftErrors({ ...good, ...change })).to.have.all.keys(field);
    });
  }

  it('of a clear file has no free start to say anything of', () => {
    expect(draftErrors({ ...good, protect: false, previewSec: 99 })).to.deep.equal({});
  });
});

describe('the draft after a publication', () => {
  const published: Draft = {
    ...{ name: 'A holiday', price: '0.002', unit: 'view', protect: true, previewSec: 10 },
    ...{ creatorShare: 60, serve: true },
  };

  it('has no name, and the terms that its creator likes', () => {
    expect(afterPublication(published, published)).to.include({ name: '', price: '0.002', creatorShare: 60 });
  });

  it('keeps a name that somebody has begun meanwhile', () => {
    const next = { ...published, name: 'The next one' };
    expect(afterPublication(next, published)).to.equal(next);
  });

  it('is named after its file, and after the next one, until a person names it', () => {
    const draft = { ...published, name: '' };
    const first = { ...draft, ...namedAfter(draft, 'my_holiday.mp4') };
    expect(first.name).to.equal('my holiday');
    expect(namedAfter(first, 'a_wedding.mp4')).to.include({ name: 'a wedding' });
    expect(namedAfter({ ...first, name: 'Mine' }, 'a_wedding.mp4')).to.deep.equal({});
  });
});

describe('the address of a stream', () => {
  it('is http or https, without a password, and not too long', () => {
    expect(urlError('http://localhost:9000/stream')).to.equal(undefined);
    expect(urlError('ftp://a.example/')).to.contain('https://');
    expect(urlError('stream')).to.contain('https://');
    expect(urlError('https://a:b@c.example/')).to.contain('password');
    expect(urlError(`https://c.example/${'x'.repeat(2_048)}`)).to.contain('too long');
  });
});

describe('times', () => {
  const now = Date.parse('2023-07-31T12:00:00Z');
  const cases: [iso: string, text: string][] = [
    ['2023-07-31T11:59:30Z', 'just now'],
    ['2023-07-31T12:00:30Z', 'in less than a minute'],
    ['2023-07-31T11:57:00Z', '3 minutes ago'],
    ['2023-07-31T10:00:00Z', '2 hours ago'],
    ['2023-07-30T11:00:00Z', 'yesterday'],
    ['2023-08-02T12:00:00Z', 'in 2 days'],
  ];
  for (const [iso, text] of cases) {
    it(`${iso} is ${text}`, () => {
      expect(timeText(iso, now)).to.equal(text);
    });
  }

  it('in a video are minutes and seconds', () => {
    expect([0, 7.9, 67, 3_605].map(clock)).to.deep.equal(['0:00', '0:07', '1:07', '1:00:05']);
  });
});
