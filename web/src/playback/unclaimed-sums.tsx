import type { ReactNode } from 'react';
import { amountText } from '../components/amount.ts';
import type { Unclaimed } from './use-unclaimed.ts';

/** What is not claimed, coin by coin. @param nothing said where there is none */
export function UnclaimedSums({ sums, nothing }: { sums: Unclaimed; nothing: ReactNode }) {
  return (
    <ul className="stack-2">
      {sums.length === 0 && <li className="soft">{nothing}</li>}
      {sums.map((sum) => (
        <li key={`${sum.contract} ${sum.token}`} className="number wrap">
          <strong>{amountText(sum.provider_amount ?? sum.amount, sum)}</strong>{' '}
          <span className="soft small">
            {sum.provider_amount !== undefined && `is your part of ${amountText(sum.amount, sum)} `}
            in {sum.vouchers} {sum.vouchers === 1 ? 'voucher' : 'vouchers'} that viewers have signed: the rest
            is the creators’
          </span>
        </li>
      ))}
    </ul>
  );
}
