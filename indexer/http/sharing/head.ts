import { escaped } from '../serialize/html.ts';
import type { SharedVideo } from './shared-video.ts';
import { description, shortAddress } from './words.ts';

/** What a document says of itself to programs that show links to it. */
export interface DocumentHead {
  title: string;
  description: string | null;
  /** Its one address among several that show the same. */
  canonical: string | null;
  /** Where oEmbed tells of it. */
  oembed: string | null;
  /** Open Graph, as pairs of property and content. */
  properties: readonly (readonly [string, string])[];
  /** The names that X reads. */
  names: readonly (readonly [string, string])[];
}

interface Site {
  /** As people read it. */
  name: string;
  /** Its origin; `null`: not known, and nothing can be addressed from elsewhere. */
  url: string | null;
}

/** Of a view that is the same for everybody. @param path as asked for. */
export function viewHead(site: Site, path: string, text: string | null): DocumentHead {
  return headOf(site, { title: site.name, path, text, type: 'website' });
}

/** Of the page of all that a wallet has published. */
export function creatorHead(site: Site, path: string, wallet: string): DocumentHead {
  const title = `Videos by ${shortAddress(wallet)}`;
  return headOf(site, { title, path, text: `All that ${wallet} has published.`, type: 'profile' });
}

export function videoHead(site: Site, video: SharedVideo): DocumentHead {
  const { name, path, poster, durationSec } = video;
  const head = headOf(site, { title: name, path, text: description(video), type: 'video.other' });
  const more: [string, string][] = [];
  if (durationSec !== null) more.push(['video:duration', String(Math.max(1, Math.round(durationSec)))]);
  const picture =
    poster && site.url !== null ? pictureTags(`${site.url}${poster.path}`, poster.size, name) : [];
  const names: [string, string][] = [
    ['twitter:card', picture.length > 0 ? 'summary_large_image' : 'summary'],
  ];
  return {
    ...head,
    properties: [...head.properties, ...more, ...picture],
    names,
    oembed: head.canonical && `${site.url}/oembed?${new URLSearchParams({ url: head.canonical })}`,
  };
}

function pictureTags(
  url: string,
  size: { width: number; height: number } | null,
  name: string,
): [string, string][] {
  const sizes: [string, string][] =
    size === null
      ? []
      : [
          ['og:image:width', String(size.width)],
          ['og:image:height', String(size.height)],
        ];
  return [['og:image', url], ['og:image:type', 'image/jpeg'], ...sizes, ['og:image:alt', name]];
}

interface Shown {
  title: string;
  path: string;
  text: string | null;
  type: string;
}

function headOf(site: Site, { title, path, text, type }: Shown): DocumentHead {
  const canonical = site.url === null ? null : site.url + path;
  const properties: [string, string][] = [
    ['og:site_name', site.name],
    ['og:type', type],
    ['og:title', title],
  ];
  if (text !== null) properties.push(['og:description', text]);
  if (canonical !== null) properties.push(['og:url', canonical]);
  return {
    title: title === site.name ? title : `${title} · ${site.name}`,
    description: text,
    ...{ canonical, oembed: null, properties, names: [] },
  };
}

const TITLE = /<title>([^<]*)<\/title>/;
const DESCRIPTION = /[ \t]*<meta name="description"[^>]*>\n?/;

/** What the built document calls itself. */
export function nameIn(document: string): string {
  return TITLE.exec(document)?.[1]?.trim() || 'Videos';
}

export function descriptionIn(document: string): string | null {
  const [tag = ''] = DESCRIPTION.exec(document) ?? [];
  return /content="([^"&<]*)"/.exec(tag)?.[1] ?? null;
}

/** The built document under another title. */
export function withTitle(document: string, title: string): string {
  return document.replace(TITLE, () => `<title>${escaped(title)}</title>`);
}

/** The built document with this head in place of its own title and description. */
export function withHead(document: string, head: DocumentHead): string {
  const { title, description: text, canonical, oembed, properties, names } = head;
  const tags = [
    `<title>${escaped(title)}</title>`,
    ...(text === null ? [] : [`<meta name="description" content="${escaped(text)}" />`]),
    ...properties.map(([name, value]) => `<meta property="${name}" content="${escaped(value)}" />`),
    ...names.map(([name, value]) => `<meta name="${name}" content="${escaped(value)}" />`),
    ...(canonical === null ? [] : [`<link rel="canonical" href="${escaped(canonical)}" />`]),
    ...(oembed === null
      ? []
      : [
          `<link rel="alternate" type="application/json+oembed" href="${escaped(oembed)}" title="${escaped(title)}" />`,
        ]),
  ];
  // Functions: a name may hold what a replacement text reads as its own, such as $&.
  const plain = text === null ? document : document.replace(DESCRIPTION, () => '');
  return plain.replace(TITLE, () => tags.join('\n    '));
}
