import { type ReactNode, useId } from 'react';
import { coinName } from '../../../components/amount.ts';
import { Button } from '../../../components/form/button.tsx';
import { Field } from '../../../components/form/field.tsx';
import { setQuery } from '../../../router.tsx';
import type { Coin } from '../sums.ts';
import { daysOf, type Filters, isFiltered } from './filters.ts';

interface FilterRowProps {
  filters: Filters;
  coins: readonly Coin[];
  videos: readonly { id: string; name: string }[];
}

/** What of the history to show. */
export function FilterRow({ filters, coins, videos }: FilterRowProps) {
  const { coin, video, from, to } = filters;
  return (
    <div className="filters">
      {coins.length > 1 && (
        <Choice label="Coin" name="coin" chosen={coin} all="All coins">
          {coins.map((each) => (
            <option key={each.token} value={each.token}>
              {coinName(each)}
            </option>
          ))}
        </Choice>
      )}
      {(videos.length > 1 || video !== '') && (
        <Choice label="Video" name="video" chosen={video} all="All videos">
          {videos.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Choice>
      )}
      <Field
        label="From"
        type="date"
        value={from}
        onChange={({ target }) => setQuery({ from: target.value })}
      />
      <Field
        label="To"
        type="date"
        value={to}
        error={daysOf(filters) ? undefined : 'This day is before the first one.'}
        onChange={({ target }) => setQuery({ to: target.value })}
      />
      {isFiltered(filters) && (
        <Button look="quiet" onClick={() => setQuery({ coin: '', video: '', from: '', to: '' })}>
          Show all
        </Button>
      )}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  name: 'coin' | 'video';
  chosen: string;
  all: string;
  children: ReactNode;
}

function Choice({ label, name, chosen, all, children }: ChoiceProps) {
  const id = useId();
  return (
    <div className="field stack-1">
      <label htmlFor={id}>{label}</label>
      <div className="input line">
        <select id={id} value={chosen} onChange={({ target }) => setQuery({ [name]: target.value })}>
          <option value="">{all}</option>
          {children}
        </select>
      </div>
    </div>
  );
}
