import type { Request, Response } from 'express';
import { clientIp } from '../middleware/client-ip.ts';
import { problem } from '../problems/codes.ts';

/** Takes a place among the files that one address reads at a time, until the answer is over. */
export type ReaderLimit = (req: Request, res: Response) => void;

/**
 * Readers hold connections and memory for as long as they like, by stopping.
 * @param maxFiles files at once for one address; 0 is no limit.
 * @returns what throws {HttpProblem} 429 `too_many_readers`
 */
export function createReaderLimit(maxFiles: number): ReaderLimit {
  const reading = new Map<string, number>();
  return (req, res) => {
    if (maxFiles === 0) return;
    const client = clientIp(req);
    const others = reading.get(client) ?? 0;
    if (others >= maxFiles) {
      const detail = `This address reads ${maxFiles} files already: end one, or try again.`;
      throw problem('too_many_readers', detail, { extra: { limit: maxFiles, retry_after_sec: 1 } });
    }
    reading.set(client, others + 1);
    res.once('close', () => {
      const left = (reading.get(client) ?? 1) - 1;
      if (left === 0) reading.delete(client);
      else reading.set(client, left);
    });
  };
}
