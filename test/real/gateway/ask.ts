import { type IncomingHttpHeaders, request } from 'node:http';
import type { Asked } from './requests.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** It ended before its end. */
  isBroken: boolean;
}

/** Asks as it is written, which fetch would not. */
export function ask(origin: string, { path, method, headers }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request(origin + path, { method, headers, agent: false }, (res) => {
      const pieces: Buffer[] = [];
      const done = () =>
        resolve({
          status: res.statusCode ?? 0,
          headers: res.headers,
          body: Buffer.concat(pieces),
          isBroken: !res.complete,
        });
      res.on('data', (piece) => pieces.push(piece)).on('end', done);
      res.on('error', done);
    });
    req.on('error', reject).end();
  });
}
