import type { ListedMedia } from '../../../media/storage.ts';
import { escaped } from '../../serialize/html.ts';

/** A listing runs nothing, loads nothing and is shown in nobody's frame. */
export const PAGE_POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-top-navigation";

/** What stands before the entries. */
export function pageHead(path: string): string {
  const title = escaped(path);
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body>
<h1>${title}</h1>
<table>
`;
}

/** @param base of the links: the directory's own address, with a slash at its end. */
export function pageEntry({ name, cid, kind, sizeBytes }: ListedMedia, base: string): string {
  const slash = kind === 'directory' ? '/' : '';
  const href = escaped(base + encodeURIComponent(name.toWellFormed()) + slash);
  return `<tr><td><a href="${href}">${escaped(name + slash)}</a></td><td><a href="/ipfs/${cid}${slash}">${cid}</a></td><td>${sizeBytes}</td></tr>\n`;
}

export const PAGE_END = '</table>\n</body>\n</html>\n';
