import { canonicalCid } from '../../lib/cid.ts';

/** What an address of the page shows. */
export type PageAddress =
  | { shows: 'view' }
  | { shows: 'creator'; wallet: string }
  /** `contentId` and `contract` where the address names one listing of several. */
  | { shows: 'video'; cid: string; cidKey: string; contentId: string | null; contract: string | null };

const VIEWS = ['/', '/publish', '/provide', '/earnings'];
const CREATOR = /^\/creators\/(0x[0-9a-fA-F]{40})$/;
const VIDEO = /^\/watch\/([^/]+)$/;
const CONTENT_ID = /^0x[0-9a-fA-F]{64}$/;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** @param path as it stands in the address. @returns `null` for what is no address of the page, or names no CID. */
export function pageAddress(path: string, query: URLSearchParams): PageAddress | null {
  const place = path.replace(/(.)\/+$/, '$1');
  if (VIEWS.includes(place)) return { shows: 'view' };
  const [, wallet] = CREATOR.exec(place) ?? [];
  if (wallet !== undefined) return { shows: 'creator', wallet };
  const [, segment] = VIDEO.exec(place) ?? [];
  return segment === undefined ? null : videoAddress(segment, query);
}

/** Whether a person may be meant to go there, whatever the address names: it is the page that says so. */
export function isOfThePage(path: string): boolean {
  return pageAddress(path, new URLSearchParams()) !== null || /^\/(watch|creators)\/[^/]+\/?$/.test(path);
}

/** @param segment a CID, as it stands in an address. */
export function videoAddress(segment: string, query: URLSearchParams) {
  const cid = decoded(segment);
  const cidKey = canonicalCid(cid);
  if (cidKey === null) return null;
  const [id, contract] = [query.get('id') ?? '', query.get('contract') ?? ''];
  return {
    shows: 'video',
    ...{ cid, cidKey },
    contentId: CONTENT_ID.test(id) ? id.toLowerCase() : null,
    contract: ADDRESS.test(contract) ? contract.toLowerCase() : null,
  } as const;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
