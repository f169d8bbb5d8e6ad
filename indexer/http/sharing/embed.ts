import { TakenDown } from '../../playback/takedown/taken-down.ts';
import type { AppDeps } from '../deps.ts';
import { escaped } from '../serialize/html.ts';
import type { Describe } from './document.ts';
import { nameIn, withTitle } from './head.ts';
import { videoAddress } from './page-address.ts';
import type { SharedVideo, SharedVideos } from './shared-video.ts';
import { siteOf } from './site.ts';
import { priceWords } from './words.ts';

const CONTENT_ID = /^0x[0-9a-f]{64}$/i;
const EMBED = /^\/embed\/([^/]+)\/?$/;
const EMPTY = '<main id="embed"></main>';

export function isEmbed(path: string): boolean {
  return EMBED.test(path);
}

type Deps = Pick<AppDeps, 'config' | 'store' | 'chain'> & { sharedVideo: SharedVideos };

/** `/embed/{cid}` and `/embed/{content id}`: a player of what is free, for frames in other pages. */
export function createEmbed({ config, store, chain, sharedVideo }: Deps): Describe {
  async function find(segment: string, query: URLSearchParams): Promise<SharedVideo | null> {
    if (!CONTENT_ID.test(segment)) {
      const at = videoAddress(segment, query);
      return at && (await sharedVideo(at));
    }
    const contract = (query.get('contract') ?? chain.contract).toLowerCase();
    const row = await store.contentById(contract, segment.toLowerCase());
    return row && (await sharedVideo({ ...row, shows: 'video' }));
  }

  return async (req, built) => {
    const [, segment = ''] = EMBED.exec(req.path) ?? [];
    const [, query = ''] = /\?(.*)$/s.exec(req.originalUrl) ?? [];
    const name = nameIn(built);
    const shown = (status: number, title: string, main: string) => ({
      status,
      text: withTitle(built, `${title} · ${name}`).replace(EMPTY, () => main),
    });
    const said = (status: number, text: string) =>
      shown(status, text, `<main id="embed"><p class="said">${text}</p></main>`);
    try {
      const video = await find(segment, new URLSearchParams(query));
      if (video === null) return said(404, 'There is no such video here.');
      return shown(200, video.name, embedOf(video, siteOf(req, config.publicUrl), name));
    } catch (error) {
      if (error instanceof TakenDown) return said(451, 'This video was taken off this host.');
      throw error;
    }
  };
}

/** Whether something of it plays without payment, from what this host keeps. */
export function playsFree({ form, price, previewSec }: SharedVideo): boolean {
  if (form === null) return false;
  return price === null || (form === 'protected' && previewSec > 0);
}

function embedOf(video: SharedVideo, site: string | null, siteName: string): string {
  const { name, price, path, cid, form, poster } = video;
  const at = site === null ? siteName : new URL(site).host;
  const full = escaped((site ?? '') + path);
  const isPlayed = playsFree(video);
  const toFull = (text: string, look = '') =>
    `<a${look} href="${full}" target="_blank" rel="noopener">${escaped(text)}</a>`;
  const picture = poster ? ` poster="${escaped(poster.path)}"` : '';
  const start = price === null ? `Play ${name}` : `Play the free start of ${name}`;
  const button = `<button class="play" type="button" data-play aria-label="${escaped(start)}">${TRIANGLE}</button>`;
  const words = { said: price === null ? 'That was all of it.' : 'The free start ends here.' };
  const over = `<div class="over" data-over><p>${words.said}</p>${toFull(
    price === null ? `More at ${at}` : `Watch the rest at ${at}`,
    ' class="button"',
  )}<button class="button button-quiet" type="button" data-again>Play again</button></div>`;
  const still = poster ? `<img src="${escaped(poster.path)}" alt="" />` : '';
  return `<main id="embed" data-phase="poster" data-form="${form === 'file' ? 'file' : 'packaged'}" data-source="/ipfs/${encodeURIComponent(cid)}">
      <div class="screen">${isPlayed ? `<video${picture} title="${escaped(name)}" playsinline preload="none"></video>${button}${over}` : still}</div>
      <div class="bar"><h1 class="name">${toFull(name)}</h1><span class="price">${escaped(priceWords(video))}</span>${toFull(
        isPlayed ? (price === null ? `Open at ${at}` : `Watch the rest at ${at}`) : `Watch at ${at}`,
      )}<p role="status"></p></div>
    </main>`;
}

const TRIANGLE =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path fill="currentColor" d="M6 3l15 9-15 9z" /></svg>';
