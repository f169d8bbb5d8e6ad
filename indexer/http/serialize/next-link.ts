import type { Request } from 'express';

/** The `Link` header of a page, for clients that know no cursors: the same call from where this page ends. */
export function nextLink({ originalUrl }: Pick<Request, 'originalUrl'>, cursor: string): string {
  const url = new URL(originalUrl, 'http://host');
  url.searchParams.set('cursor', cursor);
  return `<${url.pathname}${url.search}>; rel="next"`;
}
