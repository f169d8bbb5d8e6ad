import { chainFacts, contentListings, contentsPage, earnings, recordsPage, streams } from './answers.ts';
import { ask, HOST } from './http.ts';

/** How a wallet can have taken part in a view. */
export type Role = 'creator' | 'provider' | 'viewer';

/** The host's endpoints that the page reads, by name. */
export const host = {
  chain: (signal?: AbortSignal) => ask('/chain', chainFacts, { signal }),

  contents: (query: { search?: string; creator?: string; limit: number }, signal?: AbortSignal) =>
    ask('/contents', contentsPage, { query, signal }),

  listings: (cid: string, signal?: AbortSignal) =>
    ask(`/contents/${encodeURIComponent(cid)}`, contentListings, { signal }),

  streamsOf: (cid: string, signal?: AbortSignal) =>
    ask(`/streams/${encodeURIComponent(cid)}`, streams, { signal }),

  streamsBy: (wallet: string, signal?: AbortSignal) => ask(`/wallets/${wallet}/streams`, streams, { signal }),

  viewsOf: (cid: string, limit: number, signal?: AbortSignal) =>
    ask(`/api/get-records/cid/${encodeURIComponent(cid)}`, recordsPage, {
      query: { limit },
      signal,
    }),

  viewsBy: (role: Role, wallet: string, limit: number, signal?: AbortSignal) =>
    ask(`/api/get-records/${role}/${wallet}`, recordsPage, { query: { limit }, signal }),

  earnings: (wallet: string, signal?: AbortSignal) =>
    ask(`/wallets/${wallet}/earnings`, earnings, { signal }),

  /** Where the host serves the file itself. */
  fileUrl: (cid: string) => new URL(`${HOST}/ipfs/${encodeURIComponent(cid)}`, location.href).href,
};
