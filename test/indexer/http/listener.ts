import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { z } from 'zod';
import { liveEvent } from '../../../indexer/http/events/schemas.ts';
import { eventually } from './api.ts';

export type Heard = z.output<typeof liveEvent>;

export type Listener = Awaited<ReturnType<typeof listenTo>>;

/** A client of server-sent events, as the standard has it read them; every message must be a documented one. */
export async function listenTo(url: string, headers: Record<string, string> = {}) {
  const sent = request(url, { headers: { accept: 'text/event-stream', ...headers } });
  const response = await answered(sent);
  const heard: Heard[] = [];
  let lastId = '';
  let comments = 0;
  let rest = '';

  function read(block: string): void {
    const fields: Record<string, string> = {};
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (name === '') comments += 1;
      else fields[name] = value;
    }
    if (fields.id !== undefined) lastId = fields.id;
    if (fields.data === undefined) return;
    heard.push(liveEvent.parse({ id: lastId, event: fields.event, data: JSON.parse(fields.data) }));
  }

  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) read(block);
  });
  response.on('error', () => undefined); // cut off
  const ended = new Promise((resolve) => response.once('close', resolve));
  // The first thing said is where the client stands.
  if (response.statusCode === 200) {
    await eventually(
      async () => lastId,
      (id) => id !== '',
    );
  }
  return {
    response,
    heard,
    /** Resumes here: ids of comments count, too. */
    lastId: () => lastId,
    comments: () => comments,
    /** What was heard, in short, when it is at least `count` messages, or at the deadline. */
    async hear(count: number): Promise<string[]> {
      await eventually(
        async () => heard.length,
        (length) => length >= count,
      );
      return heard.map(inShort);
    },
    ended,
    close: () => void sent.destroy(),
  };
}

/** What a listener makes of a message. */
export function inShort({ event, data }: Heard): string {
  switch (event) {
    case 'view.recorded':
      return `${event} ${data.id}`;
    case 'view.covered':
      return `${event} ${data.report_id} by ${data.record.id}`;
    case 'stream.registered':
    case 'stream.updated':
    case 'stream.ended':
      return `${event} ${data.stream_url}`;
    case 'reset':
      return `${event} ${data.reason}`;
    case 'reverted':
      return `${event} ${data.kind}`;
    case 'upload.progress':
      return `${event} ${data.state}`;
    default:
      return `${event} ${data.video_name}`;
  }
}

async function answered(sent: ClientRequest): Promise<IncomingMessage> {
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  sent.on('error', () => undefined); // closed
  return response;
}
