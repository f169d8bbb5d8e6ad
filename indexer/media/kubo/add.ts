import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { CID } from 'multiformats/cid';
import { z } from 'zod';
import { parseIpfsCid } from '../../lib/cid.ts';
import { errorWith } from '../../lib/errors.ts';
import { LINKS_PER_NODE } from '../unixfs/balanced-layout.ts';
import { CHUNK_BYTES } from '../unixfs/chunker.ts';

/** `asKubo`, said in full: a node's `Import.*` settings change what it does by itself. */
const SETTINGS = {
  'cid-version': '1',
  'raw-leaves': 'true',
  chunker: `size-${CHUNK_BYTES}`,
  'max-file-links': String(LINKS_PER_NODE),
  hash: 'sha2-256',
  trickle: 'false',
  inline: 'false',
  pin: 'false',
  offline: 'true',
};

const added = z.object({ Hash: z.string().transform((hash) => parseIpfsCid(hash)) });
const refusal = z.object({ Message: z.string() });

/** The node answered, and it was an error. */
export class KuboRefusal extends errorWith<{ status: number }>() {}

/**
 * Streams a file to Kubo's `add`, which does not pin it. Not by kubo-rpc-client: that sends by fetch, which keeps a
 * copy of all it sends for a redirect.
 * @throws {KuboRefusal}, or what went wrong on the way there and back, or in the source.
 */
export async function postFile(
  endpoint: string,
  headers: Record<string, string>,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<CID> {
  const boundary = `stream-host-${randomUUID()}`;
  const url = new URL(`${endpoint}?${new URLSearchParams(SETTINGS)}`);
  const req = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` },
    signal,
  });
  const answered = answerOf(req, signal);
  // A source that fails destroys the request: the node never sees the end of the form.
  const [sent, answer] = await Promise.allSettled([pipeline(form(source, boundary), req), answered]);
  if (answer.status === 'fulfilled' && sent.status === 'fulfilled') return answer.value;
  throw answer.status === 'rejected' && answer.reason instanceof KuboRefusal
    ? answer.reason
    : [sent, answer].find((result) => result.status === 'rejected')?.reason;
}

async function* form(source: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\n`,
  );
  yield* source;
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

async function answerOf(req: ClientRequest, signal: AbortSignal): Promise<CID> {
  const [res]: IncomingMessage[] = await once(req, 'response', { signal });
  if (!res) throw new TypeError('no response');
  const body = await text(res);
  const status = res.statusCode ?? 0;
  if (status !== 200) {
    req.destroy(); // it wants no more of the file
    const said = refusal.safeParse(parsed(body)).data?.Message ?? body.slice(0, 200);
    throw new KuboRefusal(said, { status });
  }
  // An error after the node began to answer comes behind the body.
  const late = res.trailers['x-stream-error'];
  if (late) throw new KuboRefusal(late, { status: 500 });
  const cid = added.safeParse(parsed(body.trimEnd().split('\n').at(-1) ?? '')).data?.Hash;
  if (!cid) throw new TypeError(`an answer without a CID: ${body.slice(0, 200)}`);
  return cid;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
