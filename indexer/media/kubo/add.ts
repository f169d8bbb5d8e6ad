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
import type { DirectoryEntry } from '../storage.ts';
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

const DIRECTORY_SETTINGS = {
  ...SETTINGS,
  'wrap-with-directory': 'true',
  'max-directory-links': '0', // by size, not by number
  'max-hamt-fanout': '256',
};

const added = z.object({ Hash: z.string().transform((hash) => parseIpfsCid(hash)) });
const refusal = z.object({ Message: z.string() });

/** The node answered, and it was an error. */
export class KuboRefusal extends errorWith<{ status: number }>() {}

/** Of Kubo's `add`. */
export interface AddEndpoint {
  url: string;
  headers: Record<string, string>;
}

/**
 * Streams a file to Kubo's `add`, which does not pin it. Not by kubo-rpc-client: that sends by fetch, which keeps a
 * copy of all it sends for a redirect.
 * @throws {KuboRefusal}, or what went wrong on the way there and back, or in the source.
 */
export function postFile(
  endpoint: AddEndpoint,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<CID> {
  async function* alone() {
    yield { path: 'file', content: source };
  }
  return post(endpoint, SETTINGS, alone(), signal);
}

/** Streams files to Kubo's `add`, which makes a directory of them; as `postFile`. */
export function postDirectory(
  endpoint: AddEndpoint,
  entries: AsyncIterable<DirectoryEntry>,
  signal: AbortSignal,
): Promise<CID> {
  return post(endpoint, DIRECTORY_SETTINGS, entries, signal);
}

async function post(
  { url: address, headers }: AddEndpoint,
  settings: Record<string, string>,
  entries: AsyncIterable<DirectoryEntry>,
  signal: AbortSignal,
): Promise<CID> {
  const boundary = `stream-host-${randomUUID()}`;
  const url = new URL(`${address}?${new URLSearchParams(settings)}`);
  const req = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` },
    signal,
  });
  const answered = answerOf(req, signal);
  // A source that fails destroys the request: the node never sees the end of the form.
  const [sent, answer] = await Promise.allSettled([pipeline(form(entries, boundary), req), answered]);
  if (answer.status === 'fulfilled' && sent.status === 'fulfilled') return answer.value;
  throw answer.status === 'rejected' && answer.reason instanceof KuboRefusal
    ? answer.reason
    : [sent, answer].find((result) => result.status === 'rejected')?.reason;
}

async function* form(entries: AsyncIterable<DirectoryEntry>, boundary: string): AsyncGenerator<Uint8Array> {
  for await (const { path, content } of entries) {
    const name = encodeURIComponent(path);
    const type = content === null ? 'application/x-directory' : 'application/octet-stream';
    yield Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`,
    );
    if (content !== null) yield* content;
    yield Buffer.from('\r\n');
  }
  yield Buffer.from(`--${boundary}--\r\n`);
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
