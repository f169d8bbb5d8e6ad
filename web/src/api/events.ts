import { z } from 'zod/mini';
import { parseJson } from '../lib/json.ts';
import type { Change, Kind } from './changes.ts';

/** The kind of record that each event of the host is about. */
const EVENTS: Readonly<Record<string, Kind>> = {
  'view.recorded': 'view',
  'view.covered': 'view',
  'stream.registered': 'stream',
  'stream.updated': 'stream',
  'stream.ended': 'stream',
  'content.published': 'content',
  'content.terms_scheduled': 'content',
  'content.terms_cancelled': 'content',
  'content.retired': 'content',
  'upload.progress': 'upload',
};

/** All events that the page listens for. After `reverted` and `reset` any record may have changed. */
export const EVENT_NAMES = [...Object.keys(EVENTS), 'reverted', 'reset'];

const row = z.object({
  cid: z.optional(z.string()),
  upload_id: z.optional(z.string()),
  blockchain_address: z.optional(z.string()),
  provider_wallet: z.optional(z.string()),
  creator_wallet: z.optional(z.string()),
  content_distributor_wallet: z.optional(z.string()),
  content_creator_wallet: z.optional(z.string()),
});
const data = z.union([z.object({ record: row }), row]);

/** @returns undefined where anything may have changed. */
export function changeOf(event: string, text: string): Change | undefined {
  const kind = EVENTS[event];
  const read = data.safeParse(parseJson(text));
  if (kind === undefined || !read.success) return undefined;
  const { cid, upload_id: upload, ...wallets } = 'record' in read.data ? read.data.record : read.data;
  return {
    kind,
    cid,
    ...(upload !== undefined && { upload }),
    wallets: Object.values(wallets).filter((wallet) => wallet !== undefined),
  };
}
