import type { ReactNode } from 'react';
import type {
  ClientError,
  ClientErrorCode,
  LimitReached,
  PriceChanged,
} from '../../../../../client/index.ts';
import type { Content } from '../../../api/answers.ts';
import { Button } from '../../../components/form/button.tsx';
import { ErrorNotice, Notice } from '../../../components/notice.tsx';
import type { Sale } from '../../../playback/sale/sale.ts';
import { baseText, unitsOfAll } from './amounts.ts';
import { limitOf, rememberLimit } from './limits.ts';

interface StoppedProps {
  content: Content;
  sale: Sale;
  stopped: ClientError;
  /** Who else sells it. */
  other: ReactNode;
  askDeposit: () => void;
}

/** After these the provider is paid no more on this device, however often it is asked. */
const FOR_GOOD: readonly ClientErrorCode[] = ['wrong_key', 'receipt_invalid', 'seller_distrusted'];

/** Nothing is paid any more: what a person has to decide before it goes on. */
export function Stopped(props: StoppedProps) {
  const question = questionOf(props);
  if (question) {
    return (
      <Notice tone="warm" title={question.title} announce>
        {question.answer && (
          <Button look="quiet" onClick={question.act}>
            {question.answer}
          </Button>
        )}
      </Notice>
    );
  }
  return (
    <ErrorNotice error={props.stopped}>
      {FOR_GOOD.includes(props.stopped.code) ? (
        props.other
      ) : (
        <Button look="quiet" onClick={() => props.sale.pay()}>
          Try again
        </Button>
      )}
    </ErrorNotice>
  );
}

interface Question {
  title: string;
  /** Missing where the button for it stands there anyway. */
  answer?: string;
  act?: () => void;
}

function questionOf({ content, sale, stopped, askDeposit }: StoppedProps): Question | null {
  const limit = limitOf(content);
  if (stopped.code === 'limit_reached' && (stopped as LimitReached).limit === limit) {
    return limitQuestion(content, sale, limit);
  }
  if (stopped.code === 'limit_reached' || stopped.code === 'deposit_too_low') {
    return { title: 'The deposit is used up.', answer: 'Put more aside', act: askDeposit };
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
