import { z } from 'zod/mini';
import { coin } from '../../api/answers.ts';
import { ask } from '../../api/http.ts';
import { type Read, useResource } from '../../api/resource.ts';
import { amountText } from '../../components/amount.ts';
import { Time } from '../../components/time.tsx';

const channels = z.object({
  channels: z.array(
    z.object({
      channel_id: z.string(),
      contract: z.string(),
      ...coin,
      deposit: z.string(),
      withdrawable_at: z.nullable(z.string()),
    }),
  ),
  next_cursor: z.nullable(z.string()),
});
type Leaving = z.infer<typeof channels>['channels'][number] & { withdrawable_at: string };

/** So many pages of 1,000 deposits are looked through. */
const MAX_PAGES = 3;

/** Deposits that viewers have asked back, the next deadline first. */
function leavingFrom(wallet: string): Read<Leaving[]> {
  const path = `/wallets/${wallet}/channels`;
  return {
    key: `${path} leaving`,
    on: { kinds: ['view'], wallet },
    async load(signal) {
      const found: Leaving[] = [];
      let cursor: string | undefined;
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const query = { role: 'provider', limit: 1_000, cursor };
        const page: z.infer<typeof channels> = await ask(path, channels, { query, signal });
        for (const each of page.channels) {
          const { withdrawable_at } = each;
          if (withdrawable_at !== null) found.push({ ...each, withdrawable_at });
        }
        if (page.next_cursor === null) break;
        cursor = page.next_cursor;
      }
      return found.sort((one, other) => (one.withdrawable_at < other.withdrawable_at ? -1 : 1));
    },
  };
}

/** Who leaves takes the rest: until then vouchers can be claimed. Nothing where nobody does. */
export function LeavingViewers({ address }: { address: string }) {
  const { data } = useResource(leavingFrom(address));
  if (!data || data.length === 0) return null;
  return (
    <section className="panel stack-3">
      <h2>Deposits asked back</h2>
      <p className="small soft">
        What is not claimed by then goes back to the viewer. The host claims before it.
      </p>
      <ul className="stack-2">
        {data.map(({ channel_id, contract, withdrawable_at, deposit, ...of }) => (
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
