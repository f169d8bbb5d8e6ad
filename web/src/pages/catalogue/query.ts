/** What the address may say of a list, each under the host's own name. */
const NAMES = ['q', 'sort', 'served', 'free', 'unit', 'token', 'cid'] as const;
export type FilterName = (typeof NAMES)[number];
export type Filters = Readonly<Partial<Record<FilterName, string>>>;

/** What the address asks for; what the host would refuse is as if it were not there. */
export function filtersIn(query: URLSearchParams): Filters {
  const found: Partial<Record<FilterName, string>> = {};
  for (const name of NAMES) {
    // Links to searches of before say it so.
    const value = (query.get(name) ?? (name === 'q' ? query.get('search') : null))?.trim() ?? '';
    if (value !== '' && (ALLOWED[name]?.test(value) ?? true)) found[name] = value;
  }
  return found;
}

const TRUE = /^true$/;
const ALLOWED: Partial<Record<FilterName, RegExp>> = {
  q: /^[^\p{Cc}]{1,200}$/u,
  sort: /^(new|views|price)$/,
  served: TRUE,
  free: TRUE,
  unit: /^(view|minute|day)$/,
  token: /^0x([0-9a-f]{40}|[0-9A-F]{40}|[0-9a-fA-F]{40})$/,
};

/** What takes all of it out of the address. */
export const NO_FILTERS: Readonly<Record<string, string>> = Object.fromEntries(
  [...NAMES, 'search'].map((name) => [name, '']),
);

/** Whether anything keeps videos out of the list. */
export function isNarrowed({ sort: _, ...filters }: Filters): boolean {
  return Object.keys(filters).length > 0;
}
