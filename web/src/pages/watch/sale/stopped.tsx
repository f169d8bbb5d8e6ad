import type { ReactNode } from 'react';
import type { ClientErrorCode } from '../../../../../client/index.ts';
import { Button } from '../../../components/form/button.tsx';
import { ErrorNotice, Notice } from '../../../components/notice.tsx';
import { type Decision, questionOf } from './question.ts';

interface StoppedProps extends Decision {
  /** Who else sells it. */
  other: ReactNode;
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
