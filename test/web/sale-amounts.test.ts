import { expect } from 'chai';
import type { Content } from '../../web/src/api/answers.ts';
import {
  costText,
  depositError,
  limitError,
  manyTimes,
  mostOf,
  openText,
  proposedMore,
  proposedUnits,
  reachedUnits,
  unitsIn,
  unitsOfAll,
  unitsText,
} from '../../web/src/pages/watch/sale/amounts.ts';
import { saleSources } from '../../web/src/pages/watch/sale/sources.ts';
import type { SaleView } from '../../web/src/pages/watch/sale/use-sale.ts';
import type { ForSale } from '../../web/src/pages/watch/use-serving.ts';
import type { PlayerSource } from '../../web/src/player/sources.ts';
import { STREAM } from './gates.ts';

describe('what a deposit is proposed for', () => {
  it('is all of the video by the minute, and as much as something is sold from at once', () => {
    expect(proposedUnits({ unit: 'minute' }, 12)).to.equal(12);
    expect(proposedUnits({ unit: 'minute' }, 2)).to.equal(10);
    expect(proposedUnits({ unit: 'minute' }, 100)).to.equal(100);
  });

  it('is some views, or days, of which each opens all of it', () => {
    expect(proposedUnits({ unit: 'view' }, 100)).to.equal(10);
    expect([unitsOfAll({ unit: 'view' }, 100), unitsOfAll({ unit: 'minute' }, 100)]).to.deep.equal([1, 100]);
  });

  it('is, where there is one, what the rest of the video takes beyond what is left', () => {
    const content = { unit: 'minute' as const, price_base_units: '5' };
    const more = (deposit: bigint, left: bigint, unitsLeft: number) => {
      const standing = { deposit, left, unitsLeft };
      return [proposedMore(content, standing), reachedUnits(content, 12, standing)];
    };
    expect(more(50n, 20n, 8)).to.deep.equal([4, 8]);
    expect(more(50n, 24n, 8), 'a part of a minute buys none').to.deep.equal([4, 8]);
    expect(more(60n, 60n, 2), 'enough is there').to.deep.equal([1, 22]);
    expect(more(0n, 0n, 3), 'something is sold from it at once').to.deep.equal([10, 9]);
    expect(more(35n, 0n, 1), 'what is not claimed yet counts for that').to.deep.equal([3, 11]);
  });

  it('is one view, or none where it is open', () => {
    const content = { unit: 'view' as const, price_base_units: '5' };
    const standing = { deposit: 50n, left: 5n, unitsLeft: 12 };
    expect(proposedMore(content, standing)).to.equal(1);
    expect(reachedUnits(content, 12, standing)).to.equal(1);
    expect(reachedUnits(content, 12, { ...standing, unitsLeft: 0 })).to.equal(2);
  });

  it('is no more than what the wallet holds', () => {
    const coin = { price_base_units: '1000000000000000', token_decimals: 18 };
    const content = { ...coin, token_symbol: 'ETH', token_verified: true } as Content;
    const error = (units: number | undefined, held?: bigint) => depositError(content, units, held);
    expect([error(3, 3n * 10n ** 15n), error(3)]).to.deep.equal([undefined, undefined]);
    expect(error(3, 2n * 10n ** 15n)).to.equal('0.003 ETH is more than your wallet holds.');
    expect(error(undefined, 0n)).to.equal('A whole number, such as 60.');
  });

  it('pays the limit of a video as far as it goes', () => {
    expect([mostOf(3n, 1n), mostOf(3n, 5n), mostOf(3n, null)]).to.deep.equal([1n, 3n, 3n]);
  });

  it('is not for what is open already', () => {
    const said = (open: number) => openText({ unit: 'minute' }, 12, open);
    expect([said(1), said(11), said(12)]).to.deep.equal([
      '1 of 12 minutes is open for you.',
      '11 of 12 minutes are open for you.',
      'All of it is open for you: 12 minutes.',
    ]);
    expect(openText({ unit: 'view' }, 12, 1)).to.equal('It is open for you.');
  });

  it('is said exactly', () => {
    const coin = { price_base_units: '1500000000000000', token_decimals: 18 };
    const content = { ...coin, token_symbol: 'ETH', token_verified: true } as Content;
    expect(costText(content, 3)).to.equal('0.0045 ETH');
    expect([unitsText(1, 'minute'), unitsText(2, 'day')]).to.deep.equal(['1 minute', '2 days']);
  });

  it('is asked back about where it is more than ten times the whole video', () => {
    expect([120, 121, 6020].map((units) => manyTimes({ unit: 'minute' }, 12, units))).to.deep.equal([
      null,
      10,
      502,
    ]);
    expect([10, 11].map((units) => manyTimes({ unit: 'day' }, 12, units))).to.deep.equal([null, 11]);
  });

  it('is no less than what the video may take of it', () => {
    const error = (text: string, reach?: number) => limitError({ unit: 'minute' }, text, reach);
    expect(error('12', 2)).to.equal('The deposit is for 2 minutes: no more than that.');
    expect([error('2', 2), error('12')]).to.deep.equal([undefined, undefined]);
    expect(error('some', 2)).to.equal('A whole number, such as 12.');
  });

  it('is a whole number', () => {
    expect(unitsIn(' 60 ')).to.equal(60);
    for (const text of ['', '0', '-1', '1.5', '1e3', 'many', '9999999999'])
      expect(unitsIn(text), text).to.equal(undefined);
  });
});

describe('what plays of a video whose keys are sold', () => {
  const source = (previewSec: number): PlayerSource => ({
    ...{ url: 'https://b.example.net/master.m3u8', from: 'provider', isChecked: false },
    ...{ isPackaged: true, isPreview: true, previewSec },
  });
  const anyhow = [source(7)];
  const forSale = (previewSec: number): ForSale => ({ stream: STREAM, source: source(previewSec) });
  const attach = () => () => undefined;
  const view = (isPaying: boolean) =>
    ({
      ...{ sale: { attach }, opening: false, problem: undefined },
      state: { hasDeposit: true, isUnlocked: false, isPaying, stopped: null, refused: null },
    }) as unknown as SaleView;

  it('is its free start, until a person pays', () => {
    expect(saleSources(anyhow, forSale(5), view(false))[0]).to.include({ isPreview: true, attach });
    expect(saleSources(anyhow, forSale(5), view(true))[0]).to.include({ isPreview: false, attach });
  });

  it('is nothing before that where it has no free start', () => {
    expect(saleSources(anyhow, forSale(0), view(false))).to.deep.equal([]);
    expect(saleSources(anyhow, forSale(0), view(true))).to.have.length(1);
  });

  it('is nothing while the files are compared with the CID, and the start alone where they can not be', () => {
    const unknown = { ...view(false), sale: undefined };
    expect(saleSources(anyhow, forSale(5), { ...unknown, opening: true })).to.deep.equal([]);
    expect(saleSources(anyhow, forSale(5), unknown)).to.equal(anyhow);
    expect(saleSources(anyhow, undefined, view(true))).to.equal(anyhow);
  });
});
