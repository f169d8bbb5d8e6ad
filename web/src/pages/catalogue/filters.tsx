import type { ListedContent } from '../../api/answers.ts';
import { coinName } from '../../components/amount.ts';
import { Icon } from '../../components/icon.tsx';
import { setQuery } from '../../router.tsx';
import type { Filters } from './query.ts';

/** Search, order and filters, all of which stand in the address. @param known of which the coins are offered */
export function CatalogueFilters({
  filters,
  known,
  text,
}: {
  filters: Filters;
  known: readonly ListedContent[];
  text: string;
}) {
  return (
    <search className="catalogue-filters">
      <div className="search line">
        <Icon name="search" />
        <label className="out-of-sight" htmlFor="search">
          Search by name, creator or CID
        </label>
        <input
          id="search"
          type="search"
          placeholder="Search by name, creator or CID"
          value={text}
          maxLength={200}
          onChange={({ target }) => setQuery({ q: target.value, search: '' })}
        />
      </div>
      <Choice
        label="Order"
        name="sort"
        filters={filters}
        options={{ '': 'Newest', views: 'Most watched', price: 'Lowest price' }}
      />
      <Choice
        label="Paid by"
        name="unit"
        filters={filters}
        options={{ '': 'Any', view: 'The view', minute: 'The minute', day: 'The day' }}
      />
      <Coins filters={filters} known={known} />
      <Switch label="Served now" name="served" filters={filters} />
      <Switch label="Free" name="free" filters={filters} />
    </search>
  );
}

interface PartProps {
  label: string;
  filters: Filters;
}

function Choice({
  label,
  name,
  filters,
  options,
}: PartProps & { name: 'sort' | 'unit' | 'token'; options: Readonly<Record<string, string>> }) {
  const chosen = filters[name] ?? '';
  return (
    <label className="filter line">
      <span className="soft small">{label}</span>
      <select
        value={name === 'sort' && chosen === 'new' ? '' : chosen}
        onChange={({ target }) => setQuery({ [name]: target.value })}
      >
        {Object.entries(options).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Where there is more than one. */
function Coins({ filters, known }: { filters: Filters; known: readonly ListedContent[] }) {
  const coins = Object.fromEntries(known.map((each) => [each.token, coinName(each)]));
  const { token } = filters;
  if (token !== undefined && !Object.hasOwn(coins, token)) coins[token] = 'This coin';
  if (token === undefined && Object.keys(coins).length < 2) return null;
  return <Choice label="Coin" name="token" filters={filters} options={{ '': 'Any', ...coins }} />;
}

function Switch({ label, name, filters }: PartProps & { name: 'served' | 'free' }) {
  return (
    <label className="filter line">
      <input
        type="checkbox"
        checked={filters[name] === 'true'}
        onChange={({ target }) => setQuery({ [name]: target.checked ? 'true' : '' })}
      />
      {label}
    </label>
  );
}
