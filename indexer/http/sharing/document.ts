import type { Request } from 'express';
import { TakenDown } from '../../playback/takedown/taken-down.ts';
import type { Context } from '../context.ts';
import type { AppDeps } from '../deps.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';
import { creatorHead, descriptionIn, nameIn, videoHead, viewHead, withHead } from './head.ts';
import { answersInside } from './inside.ts';
import { type PageAddress, pageAddress } from './page-address.ts';
import { siteOf } from './site.ts';

/** The page's one document, as it is for an address: its status, and its text with what it says of itself. */
export type Describe = (
  req: Pick<Request, 'path' | 'originalUrl' | 'protocol' | 'host'>,
  built: string,
) => Promise<{ status: number; text: string }>;

type Deps = AppDeps & Pick<Context, 'sharedVideo' | 'mirrorAgeSec'>;

/**
 * At an address that the page does not have, and of a video that is not listed, it is 404, of one that is taken down 451, and
 * says nothing of it: the page itself shows people why.
 */
export function createDescribe(deps: Deps): Describe {
  const { config, log, sharedVideo } = deps;
  return async (req, built) => {
    const [said, answers] = await Promise.all([describe(req, built), answersInside(deps)]);
    return { ...said, text: said.text.replace('</head>', () => `${answers}</head>`) };
  };

  async function describe(...[req, built]: Parameters<Describe>): ReturnType<Describe> {
    const { path, originalUrl } = req;
    const [, query = ''] = /\?(.*)$/s.exec(originalUrl) ?? [];
    const at = pageAddress(path, new URLSearchParams(query));
    const site = { name: nameIn(built), url: siteOf(req, config.publicUrl) };
    const head = (shown: Parameters<typeof withHead>[1]) => ({ status: 200, text: withHead(built, shown) });
    switch (at?.shows) {
      case 'view':
        return head(viewHead(site, path, descriptionIn(built)));
      case 'creator':
        return head(creatorHead(site, path, checksumAddress(at.wallet.toLowerCase())));
      case 'video':
        return await videoDocument(at);
      default:
        return { status: 404, text: built };
    }

    async function videoDocument(video: Extract<PageAddress, { shows: 'video' }>) {
      try {
        const found = await sharedVideo(video);
        return found ? head(videoHead(site, found)) : { status: 404, text: built };
      } catch (error) {
        if (error instanceof TakenDown) return { status: 451, text: built };
        // The page opens all the same, and tells what is wrong with the host.
        log.warn({ err: error, cid: video.cid }, 'a page goes without a preview of its video');
        return { status: 200, text: built };
      }
    }
  }
}
