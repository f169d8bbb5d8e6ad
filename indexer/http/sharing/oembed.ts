import type { z } from 'zod';
import type { Context } from '../context.ts';
import { problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import { oembedAnswer, oembedQuery } from '../schemas/oembed.ts';
import { escaped } from '../serialize/html.ts';
import { videoAddress } from './page-address.ts';
import type { SharedVideo } from './shared-video.ts';
import { siteOf } from './site.ts';

type Query = z.output<typeof oembedQuery>;

const PAGE = /^\/(?:watch|embed)\/([^/]+)\/?$/;
const WIDTH = 640;
/** Of the line below the picture. */
const BAR = 40;
const MIN_WIDTH = 160;

/** `GET /oembed`: how other sites show a video of this one, from the address of its page. */
export function oembedRoutes({ config, sharedVideo }: Context): Route[] {
  const oembed = route('get', '/oembed', {
    tag: 'Contents',
    summary: 'How a page of another site embeds a video (oEmbed 1.0)',
    query: oembedQuery,
    answer: oembedAnswer,
    problems: ['url_elsewhere', 'unknown_content', 'taken_down', 'format_unsupported'],
    handle: async ({ query, req }) => {
      if (query.format === 'xml') {
        throw problem('format_unsupported', 'It is told in JSON.', { field: 'format', example: 'json' });
      }
      const site = siteOf(req, config.publicUrl);
      const at = site === null ? null : addressIn(query.url, site);
      if (site === null || at === null) {
        const detail = `${query.url.slice(0, 200)} is not the page of a video of this host.`;
        throw problem('url_elsewhere', detail, { field: 'url', example: `${site ?? ''}/watch/bafy…` });
      }
      const video = await sharedVideo(at);
      if (video === null)
        throw problem('unknown_content', 'Nobody has listed this content.', { field: 'url' });
      return answerOf(video, site, query);
    },
  });
  return [oembed];
}

function addressIn(text: string, site: string) {
  const url = URL.parse(text);
  const base = new URL(site);
  if (url === null || url.origin !== base.origin) return null;
  const [, segment] = PAGE.exec(url.pathname.slice(base.pathname.replace(/\/$/, '').length)) ?? [];
  return segment === undefined ? null : videoAddress(segment, url.searchParams);
}

function answerOf(video: SharedVideo, site: string, query: Query): z.input<typeof oembedAnswer> {
  const { name, creator, poster } = video;
  const { width, height } = frameSize(video, query);
  const src = escaped(site + embedPath(video));
  const allow = 'fullscreen; picture-in-picture';
  return {
    version: '1.0',
    type: 'video',
    title: name,
    author_name: creator,
    author_url: `${site}/creators/${creator}`,
    provider_name: new URL(site).host,
    provider_url: site,
    html: `<iframe src="${src}" width="${width}" height="${height}" title="${escaped(name)}" allow="${allow}" allowfullscreen loading="lazy" style="border:0;max-width:100%"></iframe>`,
    ...{ width, height },
    ...(poster?.size && {
      thumbnail_url: site + poster.path,
      thumbnail_width: poster.size.width,
      thumbnail_height: poster.size.height,
    }),
  };
}

/** As the page of the video, with what names its listing. */
export function embedPath({ path }: Pick<SharedVideo, 'path'>): string {
  return path.replace(/^\/watch\//, '/embed/');
}

/** The picture in its own shape, and a line below it, within what there is room for. */
function frameSize({ width, height }: SharedVideo, { maxwidth, maxheight }: Query) {
  const shape = width && height ? height / width : 9 / 16;
  const widest = Math.min(maxwidth ?? WIDTH, maxheight === undefined ? WIDTH : (maxheight - BAR) / shape);
  const wide = Math.round(Math.max(widest, Math.min(MIN_WIDTH, maxwidth ?? MIN_WIDTH)));
  return {
    width: wide,
    height: Math.min(Math.round(wide * shape) + BAR, maxheight ?? Number.MAX_SAFE_INTEGER),
  };
}
