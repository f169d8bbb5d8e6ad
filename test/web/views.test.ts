import { expect } from 'chai';
import { timeText } from '../../web/src/components/when.ts';
import { daysByCoin } from '../../web/src/pages/earnings/days.ts';
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

describe('earnings by day', () => {
  const row = (day: string, amount: string, role: 'creator' | 'provider', token = '0x0') => ({
    day,
    amount,
    role,
    token,
    token_verified: true,
    token_symbol: token === '0x0' ? 'ETH' : 'USDC',
    token_decimals: token === '0x0' ? 18 : 6,
    contract: '0x1',
  });

  it('add up what one earned in all roles, oldest day first, coin by coin', () => {
    const rows = [
      row('2023-08-01', '0.3', 'creator'),
      row('2023-07-31', '0.1', 'creator'),
      row('2023-07-31', '0.05', 'provider'),
      row('2023-07-31', '2', 'provider', '0x2'),
    ];
    expect(daysByCoin(rows)).to.deep.equal([
      {
        symbol: 'ETH',
        days: [
          { day: '2023-07-31', amount: '0.15', percent: 50 },
          { day: '2023-08-01', amount: '0.3', percent: 100 },
        ],
      },
      { symbol: 'USDC', days: [{ day: '2023-07-31', amount: '2', percent: 100 }] },
    ]);
  });

  it('are those of the last thirty days with earnings', () => {
    const rows = Array.from({ length: 40 }, (_, i) =>
      row(`2023-${i < 20 ? '06' : '07'}-${String((i % 20) + 1).padStart(2, '0')}`, '1', 'creator'),
    );
    const [coin] = daysByCoin(rows);
    expect(coin?.days).to.have.length(30);
    expect(coin?.days[0]?.day).to.equal('2023-06-11');
  });
});

describe('times', () => {
  const now = Date.parse('2023-07-31T12:00:00Z');
  const cases: [iso: string, text: string][] = [
    ['2023-07-31T11:59:30Z', 'just now'],
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
