import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { CliError } from '../cli.ts';

/** Where the bytes of a file come from. */
export interface Source {
  content: Readable;
  /** Undefined where nobody says it. */
  sizeBytes: number | undefined;
  /** The message where it breaks off. */
  brokenOff: string;
}

/** A file on this machine. @throws {CliError} */
export async function fileSource(path: string): Promise<Source> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new CliError(`--file: there is no file ${path}.`);
  if (!found.isFile()) throw new CliError(`--file: ${path} is no regular file.`);
  const brokenOff = `${path} can't be read to its end.`;
  return { content: createReadStream(path), sizeBytes: found.size, brokenOff };
}

/** What a host answered with. */
export function answerSource({ headers, body }: Response, from: string): Source {
  const length = headers.get('content-length');
  return {
    // Its end, whoever wants it, ends the connection, too.
    content: body === null ? Readable.from([]) : Readable.fromWeb(body as ReadableStream),
    sizeBytes: length === null ? undefined : Number(length),
    brokenOff: `${from} ended before the end of the file. Nothing is kept: try again.`,
  };
}
