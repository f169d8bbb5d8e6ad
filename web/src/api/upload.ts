import { anyUpload } from './answers.ts';
import { HostUnreachable } from './errors.ts';
import { HOST } from './http.ts';
import { parseAnswer } from './parse-answer.ts';

export interface Upload {
  file: File;
  /** A picture of it, in JPEG. */
  poster: Blob | null;
  /** As `POST /upload-content` takes it. */
  meta: Readonly<Record<string, string | number | boolean>>;
  /** Of a session; null where the host needs none. */
  token: string | null;
  /** Called with the bytes sent so far. */
  onProgress: (bytes: number) => void;
  signal: AbortSignal;
}

/**
 * Uploads a file; only XMLHttpRequest tells how far it is.
 * @throws {HostRefused}, {HostUnreachable}, {HostNotUnderstood}, and the signal's reason
 */
export async function upload({ file, poster, meta, token, onProgress, signal }: Upload) {
  // The terms first: the host checks them while the file is on its way.
  const form = new FormData();
  form.set('json_data', JSON.stringify(meta));
  if (poster) form.set('poster', poster, 'poster.jpg');
  form.set('file', file);
  const { status, text } = await post(form, token, onProgress, signal);
  return parseAnswer(status, text, anyUpload);
}

function post(form: FormData, token: string | null, onProgress: Upload['onProgress'], signal: AbortSignal) {
  const request = new XMLHttpRequest();
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    signal.addEventListener('abort', () => {
      request.abort();
      reject(signal.reason);
    });
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => resolve({ status: request.status, text: request.responseText });
    request.onerror = () =>
      reject(new HostUnreachable('The connection broke while the file was on its way.'));
    request.open('POST', `${HOST}/upload-content`);
    request.setRequestHeader('Accept', 'application/json');
    if (token !== null) request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.send(form);
  });
}
