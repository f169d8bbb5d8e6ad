import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { type GatewayOptions, gatewayRoutes } from '../../../../indexer/http/gateway/gateway.ts';
import { HttpProblem } from '../../../../indexer/http/problems/http-problem.ts';
import { bytesOf } from '../../media/content.ts';
import { BlockStorage } from './block-storage.ts';

/** The gateway alone, over blocks in memory. */
export async function startGateway(
  options: Omit<GatewayOptions, 'storage'> = {},
  storage = new BlockStorage(),
) {
  const app = express().disable('etag');
  app.use(gatewayRoutes({ storage, ...options }), answerProblem);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    storage,
    server,
    origin,
    get: (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      fetch(`${origin}/ipfs/${path}`, { headers, method, redirect: 'manual' }),
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Files by their paths, each with its text or so many bytes. */
/** @param files by paths: a text, so many bytes, or `null` for an empty directory. */
export async function* entries(files: Readonly<Record<string, string | number | null>>) {
  for (const [path, content] of Object.entries(files)) {
    yield { path, content: content === null ? null : pieces(content) };
  }
}

export async function* pieces(content: string | number): AsyncGenerator<Uint8Array> {
  yield typeof content === 'string' ? Buffer.from(content) : bytesOf(0, content);
}

/** What a packaged video has at its root: with keys it is protected. */
export const contentJson = (keys: (string | null)[]) =>
  JSON.stringify({
    ...{ version: 1, duration_sec: 6, unit_sec: 60, units: keys.length, unit_starts: [0], preview_sec: 0 },
    renditions: [{ path: 'v0/index.m3u8', width: 16, height: 9, bitrate: 1, codecs: 'avc1.64001e' }],
    ...{ keys, files: {} },
  });
export const PROTECTED = contentJson(['a'.repeat(64)]);

const answerProblem: ErrorRequestHandler = (error, _req, res, _next) => {
  if (res.headersSent) return; // the connection is broken by now
  const known = error instanceof HttpProblem ? error : { status: 500, code: error.name };
  res.status(known.status).json({ code: known.code });
};
