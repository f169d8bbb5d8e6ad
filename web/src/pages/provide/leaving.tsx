import { useResource } from '../../api/resource.ts';
import { amountText } from '../../components/amount.ts';
import { Time } from '../../components/time.tsx';
import { depositsOf } from '../../playback/deposits-on-chain.ts';
import { leavingOnes } from '../../playback/open-deposits.ts';

/** Who leaves takes the rest: until then vouchers can be claimed. Nothing where nobody does. */
export function LeavingViewers({ address }: { address: string }) {
  const { data } = useResource(depositsOf(address, 'provider'));
  const leaving = leavingOnes(data ?? []);
  if (leaving.length === 0) return null;
  return (
    <section className="panel stack-3">
      <h2>Deposits asked back</h2>
      <p className="small soft">
        What is not claimed by then goes back to the viewer. The host claims before it.
      </p>
      <ul className="stack-2">
        {leaving.map(({ channel_id, contract, withdrawable_at, deposit, ...of }) => (
          <li key={`${contract} ${channel_id}`} className="plot-row">
            <span className="number">{amountText(deposit, of)}</span>{' '}
            <span className="small soft">
              until <Time iso={withdrawable_at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
