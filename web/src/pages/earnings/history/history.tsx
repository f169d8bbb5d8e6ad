import { useState } from 'react';
import type { Earnings, ViewRecord } from '../../../api/answers.ts';
import type { Role } from '../../../api/host.ts';
import { useVideoName } from '../../../api/names.ts';
import { useChain } from '../../../chain.tsx';
import { amountText } from '../../../components/amount.ts';
import { Button } from '../../../components/form/button.tsx';
import { Hash } from '../../../components/hash.tsx';
import { Empty, Loading, ResourceView } from '../../../components/states.tsx';
import { watchUrl } from '../../../components/video-card.tsx';
import { type ViewColumn, ViewTable } from '../../../components/view-table.tsx';
import { short } from '../../../lib/short.ts';
import { Link, setQuery, usePlace } from '../../../router.tsx';
import type { Earned } from '../earned.ts';
import type { Coin } from '../sums.ts';
import { ownPart } from './csv.ts';
import { OpenDeposits } from './deposits.tsx';
import { Download } from './download.tsx';
import { FilterRow } from './filter-row.tsx';
import { type Filters, filtersIn, isFiltered } from './filters.ts';
import { useLikelyRole } from './use-likely-role.ts';
import { useViews, type ViewsFound } from './use-views.ts';

const ROLES: [role: Role, name: string][] = [
  ['creator', 'As creator'],
  ['provider', 'As provider'],
  ['viewer', 'As viewer'],
];

/** What is paid from a deposit is on chain once it is claimed. */
const NOT_YET: Readonly<Record<Role, string>> = {
  creator:
    'What viewers have signed as they watch counts, and shows up here, once the provider has claimed it: mostly within a day.',
  provider: 'What viewers have signed as they watch counts, and shows up here, once it is claimed.',
  viewer: 'What you have signed as you watch shows up here once the provider has claimed it.',
};

interface HistoryProps {
  address: string;
  /** What was earned, by day: it tells the role to show first. */
  days: Earnings['by_day'];
  coins: readonly Coin[];
  /** What videos have brought in; `undefined` until it is read. */
  earned: Earned | undefined;
}

/** Every view in which the wallet had a part. Role and filters stand in the address. */
export function History({ address, days, coins, earned }: HistoryProps) {
  const { query } = usePlace();
  const likely = useLikelyRole(address, days);
  const wanted = query.get('as');
  const role = ROLES.find(([name]) => name === wanted)?.[0] ?? likely;
  if (role === undefined) return <Loading />;
  const filters = filtersIn(query);
  const own = earned?.contents.filter((each) => each.role === role) ?? [];
  const names = new Map(own.map(({ content_id, video_name, cid }) => [content_id, video_name || short(cid)]));
  return (
    <section className="stack-3">
      <h2>History</h2>
      <div className="tabs">
        {ROLES.map(([each, name]) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === role}
            onClick={() => setQuery({ as: each, video: '' })}
          >
            {name}
          </button>
        ))}
      </div>
      {role === 'viewer' && <OpenDeposits address={address} />}
      <FilterRow filters={filters} coins={coins} videos={[...names].map(([id, name]) => ({ id, name }))} />
      <Views key={`${role} ${JSON.stringify(filters)}`} {...{ role, address, filters, names }} />
    </section>
  );
}

interface ViewsProps {
  role: Role;
  address: string;
  filters: Filters;
  names: ReadonlyMap<string, string>;
}

function Views({ role, address, filters, names }: ViewsProps) {
  const { found, more } = useViews(role, address, filters);
  const [withWallets, setWithWallets] = useState(false);
  const isFellow = role !== 'viewer';
  return (
    <ResourceView resource={found}>
      {({ views, lookedAt, hasMore }) => (
        <>
          {views.length === 0 ? (
            <Empty title={isFiltered(filters) ? 'No views like that.' : 'Nothing here yet.'}>
              {!isFiltered(filters) && <p>{NOT_YET[role]}</p>}
            </Empty>
          ) : (
            <>
              <div className="history-head">
                <p className="soft number">{countText({ views, lookedAt, hasMore }, isFellow)}</p>
                {isFellow && (
                  <Button
                    look="quiet"
                    aria-pressed={withWallets}
                    onClick={() => setWithWallets(!withWallets)}
                  >
                    {withWallets ? 'Hide viewers’ wallets' : 'Show viewers’ wallets'}
                  </Button>
                )}
                <Download {...{ role, address, filters, names }} withViewers={withWallets && isFellow} />
              </div>
              <ViewTable label="Views" views={views} columns={columnsOf(role, withWallets)} />
            </>
          )}
          {hasMore && (
            <Button look="quiet" onClick={more}>
              {views.length === 0 ? `Look further than ${lookedAt} views` : 'Show more'}
            </Button>
          )}
        </>
      )}
    </ResourceView>
  );
}

/** Counts first: who has watched what is nobody's news. */
function countText({ views, hasMore }: ViewsFound, isFellow: boolean): string {
  const least = hasMore ? 'The last ' : '';
  const count = `${least}${views.length} ${views.length === 1 ? 'payment' : 'payments'}`;
  if (!isFellow) return count;
  const viewers = new Set(views.map(({ blockchain_address }) => blockchain_address)).size;
  return `${count}, by ${viewers} ${viewers === 1 ? 'viewer' : 'viewers'}`;
}

function columnsOf(role: Role, withWallets: boolean): ViewColumn[] {
  const isViewer = role === 'viewer';
  const other: ViewColumn[] = isViewer
    ? [{ name: 'Provider', of: ({ provider_wallet }) => <Hash text={provider_wallet} /> }]
    : withWallets
      ? [{ name: 'Viewer', of: ({ blockchain_address }) => <Hash text={blockchain_address} /> }]
      : [];
  return [
    { name: 'Video', of: (view) => <VideoLink view={view} /> },
    ...other,
    {
      name: isViewer ? 'You paid' : 'Your part',
      of: (view) => amountText(ownPart(view, role), view),
    },
  ];
}

function VideoLink({ view }: { view: ViewRecord }) {
  const { contract } = useChain();
  const name = useVideoName(view.cid, view.content_id);
  return (
    <Link href={watchUrl(view, contract)} title={view.cid}>
      {name ?? short(view.cid, 8, 4)}
    </Link>
  );
}
