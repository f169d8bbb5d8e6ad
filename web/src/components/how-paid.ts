import type { ViewRecord } from '../api/answers.ts';
import { short } from '../lib/short.ts';

const HOW: Readonly<Record<ViewRecord['source'], string>> = {
  direct: 'paid',
  voucher: 'paid by voucher',
  sponsored: 'sponsored',
  reported: 'reported, not paid',
};

type PaymentFacts = Pick<ViewRecord, 'source' | 'sponsor' | 'attributed'>;

/** How a view was paid, and whether its viewer has signed it: anybody can pay in the name of anybody. */
export function howPaid({ source, sponsor, attributed }: PaymentFacts): string {
  const by = sponsor === null ? '' : ` by ${short(sponsor)}`;
  return `${HOW[source]}${by}${attributed ? '; the viewer has not signed it' : ''}`;
}
