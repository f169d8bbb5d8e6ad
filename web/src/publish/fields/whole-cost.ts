import { toBaseUnits, toDecimal } from '../../contract/money.ts';
import { type Draft, unitOf } from '../draft.ts';
import { type DraftCoin, nameOf } from './coin.ts';

type Priced = Draft & { coin: DraftCoin };

/** What a viewer pays for all of a video that is sold by the minute; `null` where nobody knows, or nothing is asked. */
export function wholeCost(draft: Priced, durationSec: number | null): string | null {
  const { price, coin, capUnits = '' } = draft;
  const each = toBaseUnits(price, coin.decimals) ?? 0n;
  if (unitOf(draft) !== 'minute' || durationSec === null || each === 0n) return null;
  const minutes = BigInt(Math.max(1, Math.ceil(durationSec / 60)));
  const cap = /^[1-9]\d*$/.test(capUnits.trim()) ? BigInt(capUnits.trim()) : minutes;
  const paid = cap < minutes ? cap : minutes;
  const count = `${minutes} ${minutes === 1n ? 'minute' : 'minutes'}`;
  return `All of it, ${count}, costs a viewer ${toDecimal(each * paid, coin.decimals)} ${nameOf(coin)}.`;
}
