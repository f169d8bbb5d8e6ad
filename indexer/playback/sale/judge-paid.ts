import type { BookPage, Opening, Sale } from '../../store/book/vouchers.ts';
import { DAY_SEC } from '../open-until.ts';
import { dueUnits, type Terms, unitStates } from './rules.ts';

interface PaidRequest {
  unit: number;
  /** Minutes that the records show as paid by the wallet itself, ever. */
  paid: number;
  capUnits: number | null;
  opening: Pick<Opening, 'scope' | 'contract' | 'contentId' | 'cid' | 'wallet'>;
  nowSec: number;
  /** Nothing is opened: says what would be. */
  isDry: boolean;
}

/** Opens a minute that was paid on chain. @returns until when it is open; `null` where it is not. */
export function judgePaid(request: PaidRequest, { openings, bought }: BookPage): Sale<number | null> {
  const { unit, paid, capUnits, opening, nowSec, isDry } = request;
  const terms: Terms = { unit: 'minute', capUnits };
  // What a reorganisation has taken back pays for the last ones no more.
  const valid = openings.slice(0, Math.max(0, openings.length - Math.max(0, bought - paid)));
  const untilSec = unitStates([unit], valid, terms, nowSec)[0]?.untilSec ?? null;
  const due = dueUnits([{ unit, untilSec }], valid, terms, nowSec);
  if (due.length === 0 || bought + due.length > paid) return { answer: untilSec };
  const opened = { ...opening, unit, openedAtSec: nowSec, untilSec: nowSec + DAY_SEC };
  return { answer: opened.untilSec, opens: isDry ? [] : [opened] };
}
