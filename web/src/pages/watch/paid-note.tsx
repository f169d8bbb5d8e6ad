import type { Content } from '../../api/answers.ts';
import { amountText } from '../../components/amount.ts';
import { TransactionLink } from '../../components/hash.tsx';
import { Notice } from '../../components/notice.tsx';
import { Time } from '../../components/time.tsx';
import { short } from '../../lib/short.ts';
import type { ViewPayment } from './good-for.ts';

/** What the wallet has paid to the provider that is chosen. */
export function PaidNote({ paid, content }: { paid: ViewPayment; content: Content }) {
  const days = content.unit === 'day' ? paid.units : 1;
  return (
    <Notice tone="good" title={`You paid ${amountText(paid.amount, content)}.`}>
      <p>
        <Time iso={paid.at} />, to {short(paid.provider)}. Watch it as often as you like for{' '}
        {days === 1 ? 'a day' : `${days} days`}. {paid.txHash && <TransactionLink hash={paid.txHash} />}
      </p>
    </Notice>
  );
}
