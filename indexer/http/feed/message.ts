import type { z } from 'zod';
import type { Concerns, FeedEntry, FeedPosition, Reversal } from '../../store/store.ts';
import { KINDS, type liveEvent } from '../events/schemas.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';
import type { Serializer } from '../serialize/serializer.ts';

/** What `kind` of a request selects. */
export type Kind = (typeof KINDS)[number];

/** An entry of the feed as it is sent, made once for all clients. */
export interface Message {
  seq: number;
  /** `null` for a reset, which is for everybody. */
  kind: Kind | null;
  concerns: Concerns;
  text: string;
}

type LiveEvent = z.input<typeof liveEvent>;
type EventPayload = Omit<LiveEvent, 'id'>;

/** @throws {RpcError} when a coin has to be described and the chain can't be asked. */
export async function messageOf(feed: string, entry: FeedEntry, serializer: Serializer): Promise<Message> {
  const { seq, concerns } = entry;
  const payload = await payloadOf(entry, serializer);
  return { seq, kind: kindOf(entry), concerns, text: frame({ feed, seq }, payload) };
}

/** Everything before this position has to be read anew. */
export function resetAt(position: FeedPosition, reason: 'not_kept' | 'unknown_id'): string {
  return frame(position, { event: 'reset', data: { reason } });
}

/** Moves on where the client would resume, and is seen by no listener. */
export function idOnly(position: FeedPosition): string {
  return `:\nid: ${idOf(position)}\n\n`;
}

export function idOf({ feed, seq }: FeedPosition): string {
  return `${feed}-${seq}`;
}

function frame(position: FeedPosition, { event, data }: EventPayload): string {
  return `id: ${idOf(position)}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

async function payloadOf(entry: FeedEntry, serializer: Serializer): Promise<EventPayload> {
  const { event } = entry;
  switch (event) {
    case 'view.recorded':
      return { event, data: await serializer.view(entry.view) };
    case 'view.covered':
      return { event, data: { report_id: entry.reportId, record: await serializer.view(entry.view) } };
    case 'stream.registered':
    case 'stream.updated':
    case 'stream.ended':
      return { event, data: serializer.stream(entry.stream) };
    case 'upload.progress': {
      const { id, state, progress } = entry.upload;
      return { event, data: { upload_id: id, state, progress } };
    }
    case 'reverted':
      return { event, data: await reversalData(entry.reverted, serializer) };
    case 'reset':
      return { event, data: { reason: 'not_kept' } };
    default:
      return { event, data: await serializer.content(entry.content) };
  }
}

async function reversalData(
  reverted: Reversal,
  serializer: Serializer,
): Promise<(EventPayload & { event: 'reverted' })['data']> {
  if (reverted.kind === 'view') return { kind: 'view', id: reverted.id };
  const at = { contract: checksumAddress(reverted.contract), content_id: reverted.contentId };
  if (reverted.kind === 'content') {
    const { content } = reverted;
    return { kind: 'content', ...at, content: content && (await serializer.content(content)) };
  }
  const provider = checksumAddress(reverted.provider);
  const stream = reverted.stream?.active ? serializer.stream(reverted.stream) : null;
  return { kind: 'stream', ...at, content_distributor_wallet: provider, stream };
}

function kindOf(entry: FeedEntry): Kind | null {
  if (entry.event === 'reset') return null;
  if (entry.event === 'reverted') return entry.reverted.kind;
  return KINDS.find((kind) => entry.event.startsWith(`${kind}.`)) ?? null;
}
