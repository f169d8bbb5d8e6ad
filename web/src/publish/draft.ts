import { useState } from 'react';
import { MAX_PRICE, toBaseUnits, toDecimal } from '../contract/money.ts';

/** What a creator has filled in so far. */
export interface Draft {
  name: string;
  /** Decimal, in the native coin. */
  price: string;
  /** Whole percent. */
  creatorShare: number;
}

const STORED = 'draft';
const FRESH: Draft = { name: '', price: '0.001', creatorShare: 70 };

/** The draft, kept over reloads. */
export function useDraft(): [Draft, (change: Partial<Draft>) => void] {
  const [draft, setDraft] = useState(restored);
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    localStorage.setItem(STORED, JSON.stringify(next));
    setDraft(next);
  };
  return [draft, change];
}

/** What is wrong with each field, in words; empty when it can be published. */
export function faultsOf({ name, price }: Draft): { name?: string; price?: string } {
  const nameFault = nameFaultOf(name.trim());
  const priceFault = priceFaultOf(price);
  return { ...(nameFault && { name: nameFault }), ...(priceFault && { price: priceFault }) };
}

function nameFaultOf(name: string): string | undefined {
  if (name === '') return 'A video needs a name.';
  return new TextEncoder().encode(name).length > 256 ? 'This name is too long.' : undefined;
}

function priceFaultOf(price: string): string | undefined {
  const units = toBaseUnits(price);
  if (units === undefined) return 'A price is a number such as 0.001.';
  return units > MAX_PRICE ? `The price can be ${toDecimal(MAX_PRICE)} at most.` : undefined;
}

function restored(): Draft {
  try {
    return { ...FRESH, ...JSON.parse(localStorage.getItem(STORED) ?? '{}') };
  } catch {
    return FRESH;
  }
}
