import type { ViewRecord } from '../../../api/answers.ts';

/** What of the history is shown; each stands in the address. Empty text: all. */
export interface Filters {
  coin: string;
  /** The id of a content. */
  video: string;
  /** Days as `2023-07-31`, in UTC, both included. */
  from: string;
  to: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function filtersIn(query: Pick<URLSearchParams, 'get'>): Filters {
  const day = (name: string) => {
    const text = query.get(name) ?? '';
    return DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';
  };
  return { coin: query.get('coin') ?? '', video: query.get('video') ?? '', from: day('from'), to: day('to') };
}

/** The days for the host, which takes no range that ends before it begins. */
export function daysOf({ from, to }: Filters): { start_date?: string; end_date?: string } | null {
  if (from !== '' && to !== '' && to < from) return null;
  return { ...(from && { start_date: from }), ...(to && { end_date: to }) };
}

/** What the host does not sort out itself. */
export function fits({ coin, video }: Filters): (view: ViewRecord) => boolean {
  return ({ token, content_id }) =>
    (coin === '' || token.toLowerCase() === coin.toLowerCase()) && (video === '' || content_id === video);
}

export function isFiltered(filters: Filters): boolean {
  return Object.values(filters).some((text) => text !== '');
}
