import type { Packaging, UploadAnswer } from '../../api/answers.ts';
import { onChange } from '../../api/changes.ts';
import { HostRefused, HostUnreachable } from '../../api/errors.ts';
import { NotPackaged } from '../../contract/errors.ts';

interface PackagingOptions {
  /** Asks the host how far it is. */
  ask: (signal: AbortSignal) => Promise<Packaging>;
  onProgress: (packaging: Packaging) => void;
  signal: AbortSignal;
  /** The host tells of each step; who does not hear it asks so often. */
  pollMs?: number;
}

const POLL_MS = 3_000;

/**
 * Waits until the host has packaged an upload; longer where it is away meanwhile.
 * @returns what an upload is answered with that needs no packaging.
 * @throws {NotPackaged}, what `ask` throws, and the signal's reason
 */
export async function untilPackaged(
  id: string,
  { ask, onProgress, signal, pollMs = POLL_MS }: PackagingOptions,
): Promise<UploadAnswer> {
  const over = new AbortController();
  try {
    for (;;) {
      const told = nextChange(id, pollMs, AbortSignal.any([signal, over.signal]));
      const result = await resultOf(ask, onProgress, signal);
      if (result) return result;
      await told;
      signal.throwIfAborted();
    }
  } finally {
    over.abort();
  }
}

/** `null` while it is not packaged, or the host does not answer: it packages on. */
async function resultOf(
  ask: PackagingOptions['ask'],
  onProgress: PackagingOptions['onProgress'],
  signal: AbortSignal,
): Promise<UploadAnswer | null> {
  try {
    const packaging = await ask(signal);
    onProgress(packaging);
    const { state, problem, result } = packaging;
    if (state === 'failed') throw new NotPackaged(problem?.detail ?? 'The host does not say why.');
    return result;
  } catch (error) {
    if (signal.aborted || !isAway(error)) throw error;
    return null;
  }
}

function isAway(error: unknown): boolean {
  return error instanceof HostUnreachable || (error instanceof HostRefused && error.retryable);
}

function nextChange(id: string, pollMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      ignore();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, pollMs);
    const ignore = onChange({ kinds: ['upload'], upload: id }, done);
    signal.addEventListener('abort', done);
  });
}
