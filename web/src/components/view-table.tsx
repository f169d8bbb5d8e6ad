import type { ReactNode } from 'react';
import type { ViewRecord } from '../api/answers.ts';
import { TransactionLink } from './hash.tsx';
import { howPaid } from './how-paid.ts';
import { Time } from './time.tsx';

/** A column of the table, between time and transaction. */
export interface ViewColumn {
  name: string;
  of: (view: ViewRecord) => ReactNode;
}

interface ViewTableProps {
  label: string;
  views: readonly ViewRecord[];
  columns: readonly ViewColumn[];
}

/** Views, newest first; on a phone each is a few lines. */
export function ViewTable({ label, views, columns }: ViewTableProps) {
  return (
    <div className="table-frame">
      <table aria-label={label}>
        <thead>
          <tr>
            {['When', ...columns.map(({ name }) => name), 'How'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {views.map((view) => (
            <tr key={view.id}>
              <td data-name="When">
                <Time iso={view.timestamp} />
              </td>
              {columns.map(({ name, of }) => (
                <td key={name} className="number" data-name={name}>
                  {of(view)}
                </td>
              ))}
              <td data-name="How">
                {howPaid(view)} {view.tx_hash && <TransactionLink hash={view.tx_hash} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
