import type { Reached } from './reach.ts';
import { type Demanded, demandFault, type Finding, type Reason } from './rules.ts';

const WORDS: Partial<Record<Reason, string>> = {
  offer_missing: 'It asks for no payment of this listing (x402 in PAYMENT-REQUIRED).',
  offer_differs: 'It asks for a payment in another coin, to somebody else, or on another chain.',
  price_differs: 'It asks for another price than the chain says.',
};

/** Judges a 402, or a 410 of what is retired. */
export function demandCheck(
  { status, header }: Pick<Reached, 'status' | 'header'>,
  { mayBeRetired, ...demanded }: Demanded & { mayBeRetired: boolean },
): Finding {
  const found = (result: Finding['result'], reason: Reason | null, detail: string): Finding => ({
    ...{ check: 'offer', result, reason, detail },
  });
  if (status === 410) {
    return mayBeRetired
      ? found('right', null, 'It sells nothing new: the listing is retired.')
      : found('wrong', 'offer_differs', 'It says that the listing is retired, which it is not.');
  }
  const fault = demandFault(header('payment-required'), demanded);
  if (fault) return found('wrong', fault, WORDS[fault] ?? fault);
  return found('right', null, 'It asks for what the chain says.');
}
