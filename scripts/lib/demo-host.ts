import { openAsBlob } from 'node:fs';
import { pollUntil } from '../../indexer/lib/poll-until.ts';
import { CliError } from './cli.ts';

/** A row of the history, as far as the demonstration looks. */
export interface HistoryRow {
  id: string;
  source: string;
  amount_base_units: string;
  timestamp: string;
  tx_hash: string | null;
}

export interface Listing {
  cid: string;
  video_name: string;
  content_creator_wallet: string;
  creator_share: number;
  provider_share: number;
  price: string;
  token: string;
}

export type DemoHost = ReturnType<typeof demoHost>;

const ROW_TIMEOUT_MS = 5_000;

/** The host's REST interface as a client uses it. @throws {CliError} with the host's own words. */
export function demoHost(url: string) {
  async function ask<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await fetch(url + path, init).catch(() => {
      throw new CliError(`No host answers at ${url}: run npm start in another terminal first.`);
    });
    const body: unknown = await response.json();
    if (response.ok) return body as T;
    const { detail } = body as { detail?: string };
    throw new CliError(`${path}: ${response.status} ${detail ?? ''}`);
  }
  const post = <T>(path: string, body: object) =>
    ask<T>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const rows = async (viewer: string) =>
    (await ask<{ records: HistoryRow[] }>(`/api/get-records/viewer/${viewer}`)).records;

  return {
    async upload(file: string, meta: Omit<Listing, 'cid'>) {
      const form = new FormData();
      form.set('json_data', JSON.stringify(meta));
      form.set('file', await openAsBlob(file), 'video.mp4');
      type Answer = { meta: { cid: string; content_id: string; contract: string; price_base_units: string } };
      return (await ask<Answer>('/upload-content', { method: 'POST', body: form })).meta;
    },

    async media(cid: string): Promise<Uint8Array> {
      return new Uint8Array(await (await fetch(`${url}/ipfs/${cid}`)).arrayBuffer());
    },

    register: (listing: Listing, provider: string, streamUrl: string) =>
      post<object>('/register', { ...listing, stream_url: streamUrl, content_distributor_wallet: provider }),

    report: (view: {
      cid: string;
      blockchain_address: string;
      provider_wallet: string;
      creator_wallet: string;
      price: string;
      token: string;
      timestamp: string;
      tx_hash?: string;
    }) => post<{ settled: boolean; linked_to: string | null }>('/api/record-view', view),

    /** The viewer's row that fits, newest first; the indexer may take a moment. */
    async row(viewer: string, fits: (row: HistoryRow) => boolean): Promise<HistoryRow> {
      const look = async () => (await rows(viewer)).find(fits) ?? null;
      const found = await pollUntil(look, { everyMs: 100, timeoutMs: ROW_TIMEOUT_MS });
      if (found) return found;
      throw new CliError(
        `The history of ${viewer} does not show the view within ${ROW_TIMEOUT_MS / 1000} s.`,
      );
    },

    rows,
  };
}
