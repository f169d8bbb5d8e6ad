import { expect } from 'chai';
import type { Earnings, ViewRecord } from '../../web/src/api/answers.ts';
import type { EarnedByContent } from '../../web/src/pages/earnings/earned.ts';
import { csv, historyCsv, ownPart } from '../../web/src/pages/earnings/history/csv.ts';
import { daysOf, filtersIn, fits } from '../../web/src/pages/earnings/history/filters.ts';
import { likelyRole } from '../../web/src/pages/earnings/history/likely-role.ts';
import {
  axisEnd,
  byVideo,
  coinSums,
  creditText,
  lastDays,
  mergedRoles,
  partOf,
} from '../../web/src/pages/earnings/sums.ts';
import { isTakeable, leavingOnes, openOnes } from '../../web/src/playback/open-deposits.ts';

const ETH = { token: '0x0', token_symbol: 'ETH', token_verified: true, token_decimals: 18 };
const USDC = { ...ETH, token: '0x2', token_symbol: 'USDC', token_decimals: 6 };
const MILLI = 10n ** 15n;

describe('earnings', () => {
  it('are one sum for each coin, whatever deployment holds them; those that hold something first', () => {
    const at = (contract: string, coin: typeof ETH, balance: string, base: string) => ({
      ...{ contract, ...coin, credited: '0.003', withdrawn: '0.001', balance, balance_base_units: base },
    });
    const [eth, usdc, ...none] = coinSums([
      at('0xa', ETH, '0', '0'),
      at('0xb', USDC, '2', '2000000'),
      at('0xc', ETH, '0.002', String(2n * MILLI)),
    ]);
    expect(none).to.deep.equal([]);
    expect(eth).to.include({ balance: 2n * MILLI, earned: 6n * MILLI, withdrawn: 2n * MILLI });
    expect(eth?.deployments.map(({ contract }) => contract)).to.deep.equal(['0xc', '0xa']);
    expect(usdc?.balance).to.equal(2_000_000n);
  });

  it('are told apart from deposits that came back', () => {
    const held = (credited: string, returned: string) => {
      const amounts = { credited, returned, withdrawn: '0.001', balance: '0', balance_base_units: '0' };
      return coinSums([{ contract: '0xa', ...ETH, ...amounts }]).map(creditText);
    };
    expect(held('0.013', '0.013')).to.deep.equal(['0.013 back from deposits, 0.001 withdrawn']);
    expect(held('0.013', '0.003')).to.deep.equal(['0.01 earned, 0.003 back from deposits, 0.001 withdrawn']);
    expect(held('0.013', '0')).to.deep.equal(['0.013 earned, 0.001 withdrawn']);
  });

  it('by day are the last thirty days with all gaps, by role, in one coin', () => {
    const row = (day: string, amount: string, role: 'creator' | 'provider', coin = ETH) =>
      ({ ...coin, day, amount, role }) satisfies Earnings['by_day'][number];
    const days = lastDays(
      [
        row('2023-08-01', '0.3', 'creator'),
        row('2023-07-31', '0.1', 'creator'),
        row('2023-07-31', '0.05', 'provider'),
        row('2023-07-31', '2', 'provider', USDC),
        row('2023-06-01', '9', 'provider'),
      ],
      ETH.token,
      '2023-08-02',
    );
    expect([days.length, days[0]?.day, days.at(-1)?.day]).to.deep.equal([30, '2023-07-04', '2023-08-02']);
    expect(days.slice(-3).map(({ total }) => total / MILLI)).to.deep.equal([150n, 300n, 0n]);
    expect([...(days.at(-3)?.byRole.keys() ?? [])]).to.deep.equal(['creator', 'provider']);
    expect(days.slice(0, -3).every(({ total }) => total === 0n)).to.equal(true);
  });

  it('by video have both roles in one bar, its payments counted once, the most first', () => {
    const row = (id: string, role: 'creator' | 'provider', amount: bigint, payments: string) =>
      ({
        ...{ ...ETH, contract: '0xa', content_id: id, cid: id, video_name: id, unit: 'view', units: '9' },
        ...{ role, payments, amount_base_units: String(amount) },
      }) satisfies EarnedByContent;
    const bars = byVideo(
      [row('1', 'creator', 7n, '2'), row('2', 'creator', 8n, '1'), row('1', 'provider', 3n, '2')],
      ETH.token,
    );
    expect(bars.map(({ video, amount, payments }) => [video.cid, amount, payments])).to.deep.equal([
      ['1', 10n, 2n],
      ['2', 8n, 1n],
    ]);
    expect(bars.map(({ byRole }) => [...byRole])).to.deep.equal([
      [
        ['creator', 7n],
        ['provider', 3n],
      ],
      [['creator', 8n]],
    ]);
    expect([...mergedRoles(bars)]).to.deep.equal([
      ['creator', 15n],
      ['provider', 3n],
    ]);
  });

  it('have axes that end at 1, 2 or 5 and zeros', () => {
    expect([0n, 1n, 3n, 10n, 11n, 51n, 987_654n].map(axisEnd)).to.deep.equal([
      1n,
      1n,
      5n,
      10n,
      20n,
      100n,
      1_000_000n,
    ]);
    expect([partOf(1n, 4n), partOf(0n, 0n)]).to.deep.equal([0.25, 0]);
  });
});

describe('deposits', () => {
  const one = (deposit: string, withdrawable_at: string | null = null) => ({
    ...{ deposit, deposit_base_units: deposit, withdrawable_at },
  });

  it('are open as long as they hold something, also once they are asked back', () => {
    const all = [one('5'), one('0'), one('7', '2026-12-01T00:00:00Z')];
    expect(openOnes(all).map(({ deposit }) => deposit)).to.deep.equal(['5', '7']);
  });

  it('that are asked back have the next deadline first', () => {
    const all = [one('1', '2026-12-03T00:00:00Z'), one('2'), one('3', '2026-12-02T00:00:00Z')];
    expect(leavingOnes(all).map(({ deposit }) => deposit)).to.deep.equal(['3', '1']);
  });

  it('says that what was asked back can be taken from its time on, and not before', () => {
    const at = '2026-12-01T12:00:00.000Z';
    expect(isTakeable(at, Date.parse(at) - 1)).to.equal(false);
    expect(isTakeable(at, Date.parse(at))).to.equal(true);
  });
});

describe('the history', () => {
  it('is first shown as what has earned, else as what the wallet is', () => {
    const day = { ...ETH, day: '2026-12-01', amount: '1', role: 'provider' as const };
    const none = { days: [], published: false, serves: false };
    expect(likelyRole({ ...none, days: [{ ...day, role: 'sponsor' }, day] })).to.equal('provider');
    expect(likelyRole({ ...none, published: true, serves: true })).to.equal('creator');
    expect(likelyRole({ ...none, serves: true })).to.equal('provider');
    expect(likelyRole(none)).to.equal('viewer');
    expect(likelyRole({ ...none, serves: undefined })).to.equal(undefined);
  });

  const view: ViewRecord = {
    ...{ ...ETH, id: '0x1:0', cid: 'bafy', content_id: '0xc1', contract: '0xa', tx_hash: '0xf1' },
    ...{ blockchain_address: '0xviewer', provider_wallet: '0xprovider', source: 'direct', settled: true },
    ...{ timestamp: '2023-07-31T12:00:00Z', units: 2, amount: '0.002', sponsor: null, attributed: false },
    ...{ creator_amount: '0.0014', provider_amount: '0.0006' },
  };

  it('shows what the wallet got in its role; what nobody paid brought nothing', () => {
    const parts = (['creator', 'provider', 'viewer'] as const).map((role) => ownPart(view, role));
    expect(parts).to.deep.equal(['0.0014', '0.0006', '0.002']);
    expect(ownPart({ ...view, settled: false }, 'creator')).to.equal('0');
  });

  it('is filtered by what stands in the address, and by no day that is none', () => {
    const filters = filtersIn(new URLSearchParams('coin=0x0&video=0xc1&from=2023-07-01&to=2023-13-45'));
    expect(filters).to.deep.equal({ coin: '0x0', video: '0xc1', from: '2023-07-01', to: '' });
    expect(daysOf(filters)).to.deep.equal({ start_date: '2023-07-01' });
    expect(daysOf({ ...filters, to: '2023-06-30' })).to.equal(null);
    expect(
      [view, { ...view, token: '0x2' }, { ...view, content_id: '0xc2' }].map(fits(filters)),
    ).to.deep.equal([true, false, false]);
  });

  it('is saved as RFC 4180 has it, and starts no formula in a spreadsheet', () => {
    expect(csv([['a,b', 'say "hi"', 'two\nlines', '=1+1', '@x', '-2', 'plain']])).to.equal(
      `"a,b","say ""hi""","two\nlines",'=1+1,'@x,'-2,plain\r\n`,
    );
    const text = historyCsv([view], 'creator', { nameOf: () => '=cmd()', withViewers: false });
    const [head = '', row = '', ...rest] = text.split('\r\n');
    expect(rest).to.deep.equal(['']);
    expect(head).not.to.contain('viewer');
    expect(row).to.equal(
      "2023-07-31T12:00:00Z,'=cmd(),0xc1,bafy,0xprovider,2,0.002,0.0014,ETH,0x0,paid,0xa,0xf1",
    );
  });

  it('names viewers in the file only where they are asked for', () => {
    const text = historyCsv([view], 'creator', { nameOf: () => 'A', withViewers: true });
    expect(text).to.contain(',viewer,').and.to.contain(',0xviewer,');
  });
});
