import {
  CustomSource,
  Input,
  IsobmffInputFormat,
  Logging,
  LogLevel,
  MATROSKA,
  MP4,
  QTFF,
  WEBM,
} from 'mediabunny';
import { MediaRefused } from '../errors.ts';
import type { MediaFile } from '../media-file.ts';
import { checkIndexes } from './checks/isobmff-indexes.ts';
import { checkElements } from './checks/matroska-elements.ts';

/** None that names other files (HLS does): what is read is this file, whatever it says. */
const FORMATS = [MP4, QTFF, MATROSKA, WEBM];
/** The demuxers look at so many before they know anything. */
const MIN_BYTES = 16;
const CACHE_BYTES = 16 * 1024 * 1024;

/**
 * Does `work` with the file opened, and closes it.
 *
 * @throws MediaRefused `damaged` for whatever goes wrong inside, but for errors of reading the file, which stay what
 *   they are
 */
export async function* withInput<T>(
  file: MediaFile,
  work: (input: Input) => AsyncIterable<T>,
): AsyncGenerator<T, void> {
  Logging.level = LogLevel.Silent; // What it says of strangers' files concerns nobody.
  const failures: unknown[] = [];
  const read = async (start: number, end: number) => {
    try {
      return await file.read(start, end);
    } catch (error) {
      failures.push(error);
      throw error;
    }
  };
  const source = new CustomSource({
    getSize: () => file.sizeBytes,
    read,
    maxCacheSize: CACHE_BYTES,
    prefetchProfile: 'fileSystem',
    handleUnhandledError: () => {}, // The next read fails in the same way.
  });
  const input = new Input({ formats: FORMATS, source });
  try {
    if (file.sizeBytes < MIN_BYTES || !(await input.canRead())) {
      throw new MediaRefused('unknown_format', 'This is no MP4, MOV, WebM or MKV file.');
    }
    const isMp4 = (await input.getFormat()) instanceof IsobmffInputFormat;
    await (isMp4 ? checkIndexes : checkElements)({ sizeBytes: file.sizeBytes, read });
    yield* work(input);
  } catch (error) {
    if (failures.length > 0) throw failures[0];
    if (error instanceof MediaRefused) throw error;
    throw new MediaRefused('damaged', 'The file is damaged: it cannot be read to its end.', { cause: error });
  } finally {
    input.dispose();
  }
}
