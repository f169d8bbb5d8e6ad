import type { DetailedError, UploadOptions } from 'tus-js-client';
import { anything } from './answers.ts';
import { HostRefused, HostUnreachable } from './errors.ts';
import { HOST } from './http.ts';
import { parseAnswer } from './parse-answer.ts';

export interface Upload {
  file: File;
  /** A picture of it, in JPEG. */
  poster: Blob | null;
  /** Texts in WebVTT, as `meta` names them. */
  captions: readonly { language: string; text: string }[];
  /** As `POST /upload-content` takes it. */
  meta: Readonly<Record<string, unknown>>;
  /** Of a session; null where the host needs none. */
  token: string | null;
  /** Called with the bytes that have arrived, or are on their way. */
  onProgress: (bytes: number) => void;
  signal: AbortSignal;
}

/** A line that is back within minutes goes on by itself; each piece that arrives begins them anew. */
const RETRY_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 60_000, 60_000];
/** Of what the host refuses, this may be otherwise in a moment. */
const PASSING = [409, 423, 429];

/**
 * Uploads a file in as many pieces as the line breaks it into. The same file with the same terms goes on where an earlier
 * visit has left it.
 * @returns the upload's id, once all of it is there. @throws {HostRefused}, {HostUnreachable}, and the signal's reason, after
 *   which the host keeps nothing
 */
export async function upload({
  file,
  poster,
  captions,
  meta,
  token,
  onProgress,
  signal,
}: Upload): Promise<string> {
  const { Upload: TusUpload } = await import('tus-js-client');
  const headers = { Accept: 'application/json', ...(token !== null && { Authorization: `Bearer ${token}` }) };
  const json = JSON.stringify(meta);
  const over = new AbortController();
  const sent = new Promise<string>((resolve, reject) => {
    const options: UploadOptions = {
      endpoint: `${HOST || location.origin}/uploads`,
      headers,
      metadata: { filename: file.name, filetype: file.type, json_data: json },
      retryDelays: RETRY_MS,
      fingerprint: async () => fingerprintOf(file, json),
      removeFingerprintOnSuccess: true,
      onProgress: (bytes) => onProgress(bytes),
      async onAfterResponse(request, response) {
        const [method, status] = [request.getMethod(), response.getStatus()];
        refuse(method, status, response.getBody());
        const url =
          method === 'POST' ? response.getHeader('Location') : method === 'HEAD' && request.getURL();
        const isHere = response.getHeader('Upload-Offset') === String(file.size);
        if (!url || status >= 400 || isHere) return;
        const address = new URL(url, request.getURL());
        for (const { language, text } of captions)
          await putBeside(`${address}/captions/${language}`, new Blob([text], { type: 'text/vtt' }), headers);
        if (poster) await putBeside(`${address}/poster`, poster, headers);
      },
      onShouldRetry: (error) => isPassing(causeOf(error)),
      onError: (error) => reject(causeOf(error as DetailedError)),
      onSuccess: () => resolve(idOf(sending.url)),
    };
    const sending = new TusUpload(file, options);
    const onAbort = () => {
      sending.abort(true).catch(() => undefined); // it is over by itself a day later
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { signal: over.signal });
    sending.findPreviousUploads().then(([previous]) => {
      if (signal.aborted) return;
      if (previous) sending.resumeFromPreviousUpload(previous);
      sending.start();
    }, reject);
  });
  return await sent.finally(() => over.abort());
}

/** What makes a file the same, and what becomes of it: terms are fixed when an upload begins. */
function fingerprintOf({ name, size, type, lastModified }: File, json: string): string {
  return ['upload', HOST, name, type, size, lastModified, json].join('|');
}

/** An upload that the host does not know any more begins anew; all else has a reason. @throws {HostRefused}, {HostUnreachable} */
function refuse(method: string, status: number, body: string): void {
  if (status < 400) return;
  if (method !== 'HEAD') parseAnswer(status, body, anything);
  if (status === 404 || status === 410) return;
  // Its answer has no body.
  const detail = `The host answers with status ${status}.`;
  throw new HostRefused({ status, code: status === 401 ? 'session_invalid' : 'unknown', detail }, null);
}

async function putBeside(url: string, body: Blob, headers: Record<string, string>): Promise<void> {
  const answer = await fetch(url, { method: 'PUT', headers, body });
  parseAnswer(answer.status, await answer.text(), anything);
}

function causeOf({ causingError }: DetailedError | { causingError?: Error | null }): Error {
  if (causingError instanceof HostRefused) return causingError;
  return new HostUnreachable('The connection broke while the file was on its way.', { cause: causingError });
}

function isPassing(error: Error): boolean {
  if (!(error instanceof HostRefused)) return true;
  const { status } = error.problem;
  return PASSING.includes(status) || (status >= 500 && status !== 507);
}

function idOf(url: string | null): string {
  return url?.replace(/\/+$/, '').split('/').at(-1) ?? '';
}
