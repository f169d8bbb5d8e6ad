import { openAsBlob } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from './cli.ts';

/** A row of the history, as far as the demonstration looks. */
export interface HistoryRow {
  id: string;
  source: string;
  settled: boolean;
  reported_units: number;
  blockchain_address: string;
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

const ROW_PATIENCE_MS = 5_000;

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
      for (const started = performance.now(); performance.now() - started < ROW_PATIENCE_MS; ) {
        const path = `/api/get-records/viewer/${viewer}`;
        const found = (await ask<{ records: HistoryRow[] }>(path)).records.find(fits);
        if (found) return found;
        await delay(100);
      }
      throw new CliError(
        `The history of ${viewer} does not show the view within ${ROW_PATIENCE_MS / 1000} s.`,
      );
    },

    async rows(viewer: string): Promise<HistoryRow[]> {
      return (await ask<{ records: HistoryRow[] }>(`/api/get-records/viewer/${viewer}`)).records;
    },
  };
}
