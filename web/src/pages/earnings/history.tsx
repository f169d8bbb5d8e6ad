import { useState } from 'react';
import type { ViewRecord } from '../../api/answers.ts';
import { host, type Role } from '../../api/host.ts';
import { useVideoName } from '../../api/names.ts';
import { useResource } from '../../api/resource.ts';
import { amountText } from '../../components/amount.ts';
import { Button } from '../../components/form/button.tsx';
import { Hash, short } from '../../components/hash.tsx';
import { Empty, ResourceView } from '../../components/states.tsx';
import { type ViewColumn, ViewTable } from '../../components/view-table.tsx';
import { Link, setQuery, usePlace } from '../../router.tsx';

const ROLES: [role: Role, name: string][] = [
  ['creator', 'As creator'],
  ['provider', 'As provider'],
  ['viewer', 'As viewer'],
];
const PAGE_SIZE = 20;

/**
 * Every view in which the wallet had a part. The role stands in the address.
 * @param likely the role to show first.
 */
export function History({ address, likely }: { address: string; likely: Role }) {
  const { query } = usePlace();
  const wanted = query.get('as');
  const role = ROLES.find(([name]) => name === wanted)?.[0] ?? likely;
  return (
    <section className="stack-3">
      <h2>History</h2>
      <div className="tabs">
        {ROLES.map(([each, name]) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === role}
            onClick={() => setQuery({ as: each })}
          >
            {name}
          </button>
        ))}
      </div>
      <Views key={role} role={role} address={address} />
    </section>
  );
}

function Views({ role, address }: { role: Role; address: string }) {
  const [limit, setLimit] = useState(PAGE_SIZE);
  const views = useResource(host.viewsBy(role, address, limit));
  return (
    <ResourceView resource={views}>
      {({ records, next_cursor }) => {
        if (records.length === 0) return <Empty title="No views yet." />;
        return (
          <>
            <ViewTable label="Views" views={records} columns={columnsOf(role)} />
            {next_cursor && (
              <Button look="quiet" onClick={() => setLimit(limit + PAGE_SIZE)}>
                Show more
              </Button>
            )}
          </>
        );
      }}
    </ResourceView>
  );
}

function columnsOf(role: Role): ViewColumn[] {
  const isViewer = role === 'viewer';
  return [
    { name: 'Video', of: (view) => <VideoLink view={view} /> },
    {
      name: isViewer ? 'Provider' : 'Viewer',
      of: ({ provider_wallet, blockchain_address }) => (
        <Hash text={isViewer ? provider_wallet : blockchain_address} />
      ),
    },
    {
      name: isViewer ? 'You paid' : 'Your part',
      of: (view) => amountText(partOf(view, role), view),
    },
  ];
}

function VideoLink({ view: { cid, content_id } }: { view: ViewRecord }) {
  const name = useVideoName(cid, content_id);
  return (
    <Link href={`/watch/${encodeURIComponent(cid)}?id=${content_id}`} title={cid}>
      {name ?? short(cid, 8, 4)}
    </Link>
  );
}

function partOf({ amount, creator_amount, provider_amount, settled }: ViewRecord, role: Role): string {
  if (!settled) return '0';
  if (role === 'viewer') return amount;
  return (role === 'creator' ? creator_amount : provider_amount) ?? '0';
}
