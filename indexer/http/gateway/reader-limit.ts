import type { Request, Response } from 'express';
import { clientIp } from '../middleware/client-ip.ts';
import { createCounter } from '../middleware/counter.ts';
import { problem } from '../problems/codes.ts';

/** Takes a place among the files that one address reads at a time, until the answer is over. */
export type ReaderLimit = (req: Request, res: Response) => void;

/**
 * Readers hold connections and memory for as long as they like, by stopping.
 * @param maxFiles files at once for one address; 0 is no limit.
 * @returns what throws {HttpProblem} 429 `too_many_readers`
 */
export function createReaderLimit(maxFiles: number): ReaderLimit {
  const reading = createCounter();
  return (req, res) => {
    if (maxFiles === 0) return;
    const client = clientIp(req);
    if (reading.of(client) >= maxFiles) {
      const detail = `This address reads ${maxFiles} files already: end one, or try again.`;
      throw problem('too_many_readers', detail, { extra: { limit: maxFiles, retry_after_sec: 1 } });
    }
    reading.countUntilClosed(client, res);
  };
}
