import { HOST } from '../../../api/http.ts';

/** What is known of a video that is shared. */
export interface SharedLink {
  /** Of its page: `/watch/bafy…?id=0x…` */
  path: string;
  /** Where whoever follows the link begins. */
  atSec: number;
}

/** The address to give to somebody: the host's own, which tells what it leads to. */
export function linkTo({ path, atSec }: SharedLink): string {
  const url = new URL(path, HOST || location.href);
  if (atSec >= 1) url.searchParams.set('t', String(Math.floor(atSec)));
  return url.href;
}

/** What a page of another site holds to show the video. */
export function embedHtml(path: string, title: string): string {
  const url = new URL(path.replace(/^\/watch\//, '/embed/'), HOST || location.href);
  return `<iframe src="${escaped(url.href)}" width="640" height="400" title="${escaped(title)}" allow="fullscreen; picture-in-picture" allowfullscreen loading="lazy" style="border:0;max-width:100%"></iframe>`;
}

/** The second that a link names, `?t=83`; 0 where it names none. */
export function linkedSec(search: string = location.search): number {
  const [, seconds = '0'] = /^(\d{1,6})s?$/.exec(new URLSearchParams(search).get('t') ?? '') ?? [];
  return Number(seconds);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
