import type { Content } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { amountText } from '../../components/amount.ts';
import { Hash } from '../../components/hash.tsx';
import { Empty, ResourceView } from '../../components/states.tsx';
import { type ViewColumn, ViewTable } from '../../components/view-table.tsx';

const SHOWN = 8;

const COLUMNS: ViewColumn[] = [
  { name: 'Viewer', of: ({ blockchain_address }) => <Hash text={blockchain_address} /> },
  { name: 'Provider', of: ({ provider_wallet }) => <Hash text={provider_wallet} /> },
  { name: 'Amount', of: (view) => amountText(view.amount, view) },
];

/** Who has watched it lately, as everybody can read on chain. */
export function RecentViews({ content }: { content: Content }) {
  const views = useResource(host.viewsOf(content, SHOWN));
  return (
    <section className="whole-row stack-3">
      <h2>Latest views</h2>
      <ResourceView resource={views}>
        {({ records }) =>
          records.length === 0 ? (
            <Empty title="No view is on chain yet.">
              <p>What is paid from a deposit counts once the provider has claimed it.</p>
            </Empty>
          ) : (
            <ViewTable label="Latest views" views={records} columns={COLUMNS} />
          )
        }
      </ResourceView>
    </section>
  );
}
