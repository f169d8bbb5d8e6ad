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
  /** They are an archive of blocks. */
  isArchive: boolean;
  /** The message where it breaks off. */
  brokenOff: string;
}

/** A file on this machine. @param option that names it. @throws {CliError} */
export async function fileSource(path: string, option: 'file' | 'car'): Promise<Source> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new CliError(`--${option}: there is no file ${path}.`);
  if (!found.isFile()) throw new CliError(`--${option}: ${path} is no regular file.`);
  const brokenOff = `${path} can't be read to its end.`;
  const content = createReadStream(path);
  return { content, sizeBytes: found.size, isArchive: option === 'car', brokenOff };
}

/** What a host answered with. */
export function answerSource({ headers, body }: Response, from: string, isArchive = false): Source {
  const length = headers.get('content-length');
  return {
    // Its end, whoever wants it, ends the connection, too.
    content: body === null ? Readable.from([]) : Readable.fromWeb(body as ReadableStream),
    sizeBytes: length === null ? undefined : Number(length),
    isArchive,
    brokenOff: `${from} ended before the end of the file. Nothing is kept: try again.`,
  };
}
