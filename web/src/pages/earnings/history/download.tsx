import { useState } from 'react';
import type { Role } from '../../../api/host.ts';
import { Button } from '../../../components/form/button.tsx';
import { ErrorNotice } from '../../../components/notice.tsx';
import { saveFile } from '../../../lib/save-file.ts';
import { historyCsv } from './csv.ts';
import type { Filters } from './filters.ts';
import { allViews } from './use-views.ts';

interface DownloadProps {
  role: Role;
  address: string;
  filters: Filters;
  names: ReadonlyMap<string, string>;
  /** Whether it names who has watched. */
  withViewers: boolean;
}

type State =
  | { step: 'idle' | 'reading' }
  | { step: 'saved'; text: string }
  | { step: 'failed'; error: unknown };

/** All that fits, as a file for a spreadsheet. */
export function Download({ role, address, filters, names, withViewers }: DownloadProps) {
  const [state, setState] = useState<State>({ step: 'idle' });
  const save = async () => {
    setState({ step: 'reading' });
    try {
      const { views, hasMore } = await allViews(role, address, filters);
      const nameOf = ({ content_id }: { content_id: string }) => names.get(content_id) ?? '';
      const text = historyCsv(views, role, { nameOf, withViewers });
      saveFile(`earnings-${role}-${address.slice(0, 8)}.csv`, text, 'text/csv;charset=utf-8');
      const rest = hasMore ? ' There are older ones: choose days to get them.' : '';
      setState({ step: 'saved', text: `${views.length} rows saved.${rest}` });
    } catch (error) {
      setState({ step: 'failed', error });
    }
  };
  return (
    <>
      <Button look="quiet" busy={state.step === 'reading'} onClick={() => void save()}>
        Download as CSV
      </Button>
      <span className="small soft" role="status">
        {state.step === 'saved' && state.text}
      </span>
      {state.step === 'failed' && <ErrorNotice error={state.error} />}
    </>
  );
}
