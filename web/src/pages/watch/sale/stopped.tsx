import type { ClientError, LimitReached, PriceChanged } from '../../../../../client/index.ts';
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
  askDeposit: () => void;
}

/** Nothing is paid any more: what a person has to decide before it goes on. */
export function Stopped({ content, sale, stopped, askDeposit }: StoppedProps) {
  const limit = limitOf(content);
  const isOwnLimit = stopped.code === 'limit_reached' && (stopped as LimitReached).limit === limit;
  if (isOwnLimit) {
    const next = limit + BigInt(content.price_base_units) * BigInt(unitsOfAll(content, sale.soldUnits));
    const raise = () => {
      rememberLimit(content, next);
      sale.limitTo(next);
      sale.pay();
    };
    return (
      <Notice
        tone="warm"
        title={`Your limit for this video is reached: ${baseText(content, limit)}.`}
        announce
      >
        <Button look="quiet" onClick={raise}>
          Allow {baseText(content, next)}
        </Button>
      </Notice>
    );
  }
  if (stopped.code === 'limit_reached' || stopped.code === 'deposit_too_low') {
    return (
      <Notice tone="warm" title="The deposit is used up." announce>
        <Button look="quiet" onClick={askDeposit}>
          Put more aside
        </Button>
      </Notice>
    );
  }
  if (stopped.code === 'price_changed') {
    const { from, to } = stopped as PriceChanged;
    const agree = () => {
      sale.agreeTo(to);
      sale.pay();
    };
    return (
      <Notice
        tone="warm"
        title={`A ${content.unit} costs ${baseText(content, to)} now, not ${baseText(content, from)}.`}
        announce
      >
        <Button look="quiet" onClick={agree}>
          Pay that
        </Button>
      </Notice>
    );
  }
  return (
    <ErrorNotice error={stopped}>
      <Button look="quiet" onClick={sale.pay}>
        Try again
      </Button>
    </ErrorNotice>
  );
}
