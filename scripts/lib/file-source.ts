import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { CliError } from './cli.ts';

/** Where the bytes of a file come from. */
export interface Source {
  content: Readable;
  /** Undefined where nobody says it. */
  sizeBytes: number | undefined;
}

/** A file on this machine. @throws {CliError} */
export async function fileSource(path: string): Promise<Source> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new CliError(`--file: there is no file ${path}.`);
  return { content: createReadStream(path), sizeBytes: found.size };
}

/** What a host answered with. Its errors say that the source is at fault, and which one. */
export function answerSource(answer: Response, from: string): Source {
  const length = answer.headers.get('content-length');
  return {
    content: Readable.from(bytesOf(answer, from)),
    sizeBytes: length === null ? undefined : Number(length),
  };
}

async function* bytesOf({ body }: Response, from: string): AsyncGenerator<Uint8Array> {
  try {
    if (body !== null) for await (const chunk of body) yield chunk;
  } catch {
    throw new CliError(`${from} ended before the end of the file. Nothing is kept: try again.`);
  }
}
