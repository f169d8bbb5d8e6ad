import type { z } from 'zod/mini';
import {
  anything,
  type Content,
  chainFacts,
  channelsPage,
  contentListings,
  contentsPage,
  type Earnings,
  earnings,
  keyGrants,
  queuedUpload,
  recordsPage,
  secretFile,
  streams,
} from './answers.ts';
import type { Interest } from './changes.ts';
import { SessionIgnored } from './errors.ts';
import { answerInside, ask, type Call, HOST } from './http.ts';
import type { Read } from './resource.ts';

/** The part of a wallet in a view. */
export type Role = 'creator' | 'provider' | 'viewer';

/** Names one listing of a CID. */
type Listing = Pick<Content, 'cid' | 'content_id' | 'contract'>;

/** The host's endpoints that the page reads, by name. */
export const host = {
  chain: { ...read('/chain', chainFacts, { kinds: [] }), known: answerInside('/chain', chainFacts) },

  contents: (query: { search?: string; creator?: string; limit: number }) =>
    read('/contents', contentsPage, { kinds: ['content'] }, query),

  /** A page of the catalogue. @param cursor of the page before */
  catalogue: (
    query: Readonly<Record<string, string>>,
    page: { limit: number; cursor?: string | undefined },
  ) => read('/contents', contentsPage, { kinds: ['content', 'stream'] }, { ...query, ...page }),

  /** Under any spelling of the CID. */
  listings: (cid: string) => read(contentPath(cid), contentListings, { kinds: ['content'] }),

  streamsOf: (cid: string) =>
    read(`/streams/${encodeURIComponent(cid)}`, streams, { kinds: ['stream'], cid }),

  streamsBy: (wallet: string) => read(`/wallets/${wallet}/streams`, streams, { kinds: ['stream'], wallet }),

  /** Of one listing: the same CID can be listed by others. */
  viewsOf: ({ cid, content_id, contract }: Listing, limit: number) =>
    read(
      `/api/get-records/cid/${encodeURIComponent(cid)}`,
      recordsPage,
      { kinds: ['view'], cid },
      { content_id, contract, limit },
    ),

  viewsBy: (role: Role, wallet: string, limit: number) =>
    read(`/api/get-records/${role}/${wallet}`, recordsPage, { kinds: ['view'], wallet }, { limit }),

  /** `start_date` and `end_date` are the first and the last day, both included, as `2023-07-31`. */
  viewsPage: (
    role: Role,
    wallet: string,
    query: { limit: number; cursor?: string; start_date?: string; end_date?: string },
    signal: AbortSignal,
  ) => ask(`/api/get-records/${role}/${wallet}`, recordsPage, { query, signal }),

  /** Its deposits with a provider, of all browsers. */
  channelsOf: (viewer: string, provider: string) =>
    read(
      `/wallets/${viewer}/channels`,
      channelsPage,
      { kinds: [] },
      { role: 'viewer', provider, limit: 1_000 },
    ),

  earnings: (wallet: string) => read(`/wallets/${wallet}/earnings`, earnings, { kinds: ['view'], wallet }),

  /**
   * What is signed for the host's own provider, and not claimed.
   * @param token of its session, or of its delegate's. @throws {SessionIgnored} where the host leaves it out without a word, as for everybody
   */
  async unclaimedOf(wallet: string, token: string): Promise<NonNullable<Earnings['unclaimed']>> {
    const { unclaimed } = await ask(`/wallets/${wallet}/earnings`, earnings, { token });
    if (unclaimed === undefined) throw new SessionIgnored('The host does not know this session.');
    return unclaimed;
  },

  /** How far an upload is that is packaged. @param token of the session of its wallet, where the host has sessions */
  packaging: (id: string, token: string | null): Read<z.output<typeof queuedUpload>> => ({
    key: `packaging ${id}`,
    load: (signal) => ask(`/uploads/${encodeURIComponent(id)}`, queuedUpload, { token, signal }),
    on: { kinds: ['upload'], upload: id },
  }),

  /** @param token of the session of its creator */
  secret: (cid: string, token: string) => ask(`${contentPath(cid)}/secret`, secretFile, { token }),

  /** @param token of the session of its creator */
  keyGrants: (cid: string, token: string) => ask(`${contentPath(cid)}/key-grants`, keyGrants, { token }),

  /** Brings what its creator has signed. */
  keepKeyGrant: (cid: string, grant: object) =>
    ask(`${contentPath(cid)}/key-grants`, anything, { method: 'PUT', json: grant }),

  /** The address at which the host serves a file to everybody. */
  fileUrl: (cid: string) => new URL(`${HOST}/ipfs/${encodeURIComponent(cid)}`, location.href).href,

  /** The address at which the host serves a file to those who have paid. */
  gateUrl: (cid: string) => new URL(`${HOST}/play/${encodeURIComponent(cid)}`, location.href).href,
};

export function contentPath(cid: string): string {
  return `/contents/${encodeURIComponent(cid)}`;
}

function read<Answer extends z.ZodMiniType>(
  path: string,
  answer: Answer,
  on: Interest,
  query: NonNullable<Call['query']> = {},
): Read<z.output<Answer>> {
  return {
    key: `${path} ${JSON.stringify(query)}`,
    load: (signal) => ask(path, answer, { query, signal }),
    on,
  };
}
