import { termsInForce } from '../../contract/effective-terms.ts';
import { requireNotTakenDown } from '../../playback/takedown/taken-down.ts';
import type { ContentRow } from '../../store/store.ts';
import type { AppDeps } from '../deps.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';
import { mediaFields } from '../serialize/media-fields.ts';
import { decimal } from '../serialize/serializer.ts';
import type { PageAddress } from './page-address.ts';
import { createPosters, type Poster, type PosterDeps } from './poster.ts';
import { type Told, tellableName } from './words.ts';

/** A video as it is told of where its link is shown. */
export interface SharedVideo extends Told {
  name: string;
  cid: string;
  /** Of the page that shows it, with what names the listing where the CID alone leads to another one. */
  path: string;
  contentId: string;
  contract: string;
  /** `null`: it is not here, or not known to be. */
  form: 'file' | 'protected' | 'packaged' | null;
  width: number | null;
  height: number | null;
  poster: Poster | null;
}

type Deps = Pick<AppDeps, 'store' | 'book' | 'chain' | 'tokens' | 'storage' | 'nowSec'> & PosterDeps;
type VideoAddress = Extract<PageAddress, { shows: 'video' }>;

export type SharedVideos = (at: VideoAddress) => Promise<SharedVideo | null>;

const LISTINGS = 1_000;

/**
 * @returns what finds the video at an address of the page: the listing that it names, else the first of the CID that
 *   is still sold, as the page does. `null`: there is no such listing. It throws `TakenDown`.
 */
export function createSharedVideos(deps: Deps): SharedVideos {
  const { store, book, chain, tokens, nowSec } = deps;
  const posterOf = createPosters(deps);

  async function listings(cidKey: string): Promise<ContentRow[]> {
    return (await store.searchContents({ nowSec: nowSec(), cidKey, limit: LISTINGS })).rows;
  }
  async function named({ cidKey, contentId, contract }: VideoAddress & { contentId: string }) {
    const found = await store.contentById(contract ?? chain.contract.toLowerCase(), contentId);
    if (found?.cidKey === cidKey) return found;
    return (await listings(cidKey)).find((each) => each.contentId === contentId) ?? null;
  }
  /** No link leads to a listing that somebody has copied from it. */
  async function usual({ cidKey, contract }: VideoAddress): Promise<ContentRow | null> {
    const first = await store.firstListing(cidKey);
    const row = first && (await store.contentById(first.contract, first.contentId));
    if (row && !termsInForce(row, nowSec()).retired) return row;
    const all = await listings(cidKey);
    const wanted = contract ?? chain.contract.toLowerCase();
    return all.find((each) => each.contract === wanted) ?? all[0] ?? null;
  }

  /** As the page writes it, which leaves out the contract that it pays by itself. */
  const queryOf = ({ contentId: id, contract: at }: ContentRow) => {
    const contract = checksumAddress(at);
    return `?${new URLSearchParams({ id, ...(contract !== chain.contract && { contract }) })}`;
  };

  return async (at) => {
    await requireNotTakenDown(book, at.cidKey);
    const { contentId } = at;
    const row = contentId === null ? await usual(at) : await named({ ...at, contentId });
    if (row === null) return null;
    const terms = termsInForce(row, nowSec());
    const coin = await tokens.describe(row.token);
    const kept = await book.mediaFacts(row.cidKey);
    const media = mediaFields(kept);
    const isFree = terms.pricePerUnit === 0n;
    const symbol = coin.verified ? coin.symbol : `${tellableName(coin.symbol)} (unverified)`;
    return {
      name: tellableName(row.videoName),
      ...{ cid: row.cid, contentId: row.contentId, contract: checksumAddress(row.contract) },
      path: contentId === null ? pathOf(row) : pathOf(row, queryOf(row)),
      creator: checksumAddress(row.creator),
      price: isFree ? null : `${decimal(terms.pricePerUnit, coin)} ${symbol}`,
      ...{ unit: terms.unit, retired: terms.retired },
      previewSec: isFree ? 0 : (kept?.measured?.packaging?.previewSec ?? 0),
      durationSec: media?.duration_sec ?? null,
      ...{ form: media?.form ?? null, width: media?.width ?? null, height: media?.height ?? null },
      poster: media && media.form !== 'file' ? await posterOf(row.cidKey) : null,
    };
  };
}

function pathOf({ cid }: ContentRow, query = ''): string {
  return `/watch/${encodeURIComponent(cid)}${query}`;
}
