import type { ClientError, LimitReached, PriceChanged } from '../../../../../client/index.ts';
import type { Content } from '../../../api/answers.ts';
import type { Sale } from '../../../playback/sale/sale.ts';
import { baseText, unitsOfAll } from './amounts.ts';
import { limitOf, rememberLimit } from './limits.ts';

/** What a person may have to decide before it goes on. */
export interface Decision {
  content: Content;
  sale: Sale;
  stopped: ClientError;
  hasDeposit: boolean;
  askDeposit: () => void;
}

interface Question {
  title: string;
  /** Missing where the button for it stands there anyway. */
  answer?: string;
  act?: () => void;
}

export function questionOf({ content, sale, stopped, hasDeposit, askDeposit }: Decision): Question | null {
  const limit = limitOf(content);
  // Nothing may be signed for since the last deposit came back.
  if (stopped.code === 'limit_reached' && (stopped as LimitReached).limit === 0n) {
    const title = 'The deposit is taken back. What comes next is paid from a new one.';
    return hasDeposit ? { title, answer: 'Put more aside', act: askDeposit } : { title };
  }
  if (stopped.code === 'limit_reached' && (stopped as LimitReached).limit === limit) {
    return limitQuestion(content, sale, limit);
  }
  if (stopped.code === 'limit_reached' || stopped.code === 'deposit_too_low') {
    return { title: 'The deposit is used up.', answer: 'Put more aside', act: askDeposit };
  }
  // The way back stands beside it, with what is asked for, or is done.
  if (stopped.code === 'withdrawal_pending') {
    const title = 'Here ends what is paid. To watch on, take the rest of your deposit, then pay anew.';
    return { title: hasDeposit ? title : 'What comes next is paid from a new deposit.' };
  }
  if (stopped.code === 'channel_missing') {
    return { title: 'Here ends what this wallet has paid.' };
  }
  if (stopped.code === 'price_changed') return priceQuestion(content, sale, stopped as PriceChanged);
  return null;
}

function limitQuestion(content: Content, sale: Sale, limit: bigint): Question {
  const next = limit + BigInt(content.price_base_units) * BigInt(unitsOfAll(content, sale.soldUnits));
  return {
    title: `Your limit for this video is reached: ${baseText(content, limit)}.`,
    answer: `Allow ${baseText(content, next)}`,
    act() {
      rememberLimit(content, next);
      sale.limitTo(next);
      sale.pay();
    },
  };
}

function priceQuestion(content: Content, sale: Sale, { from, to }: PriceChanged): Question {
  return {
    title: `A ${content.unit} costs ${baseText(content, to)} now, not ${baseText(content, from)}.`,
    answer: 'Pay that',
    act() {
      sale.agreeTo(to);
      sale.pay();
    },
  };
}
