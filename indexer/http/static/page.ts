import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import express, { type Request, type Response, type Router } from 'express';
import { named } from '../routing/mount.ts';
import type { Describe } from '../sharing/document.ts';
import { isEmbed } from '../sharing/embed.ts';
import { isOfThePage } from '../sharing/page-address.ts';

/** Where `npm start` puts the page. */
export const BUILT_PAGE = fileURLToPath(new URL('../../../web/dist', import.meta.url));

export interface PageOptions {
  /** Folder of the built files. */
  dir: string;
  /** Paths of the API, which are never the page's. */
  apiPaths: readonly string[];
  /** What the document says of itself at an address. */
  describe: Describe;
  /** What frames in other pages show. */
  embed: Describe;
}

/**
 * The page at `/`: its files by name, and its one document for its addresses, whoever asks: programs that show a link
 * accept anything. At other addresses it answers people alone. What asks for JSON and what begins like a path of the
 * API stays unanswered.
 */
export function pageRoutes({ dir, apiPaths, describe, embed }: PageOptions): Router {
  const files = filesIn(dir);
  const apiStarts = new Set(['docs', 'openapi.json', ...apiPaths.map(firstSegment)]);
  const document = files.get('/index.html');
  const frame = files.get('/embed.html');

  const router = express.Router();
  router.get('/{*path}', named('the page'), async (req, res, next) => {
    const file = req.path.endsWith('.html') ? undefined : files.get(req.path);
    if (file) {
      res.set('Cache-Control', req.path.startsWith('/assets/') ? FOR_EVER : 'no-cache');
      return await send(req, res, file);
    }
    if (frame && isEmbed(req.path)) {
      // What every answer has against frames.
      res.removeHeader('X-Frame-Options');
      return await sendMade(req, res, { built: frame, describe: embed, policy: EMBED_POLICY });
    }
    if (req.path !== '/' && (!wantsPage(req) || apiStarts.has(firstSegment(req.path)))) return next();
    if (!document) return void res.status(503).type('text').send(NOT_BUILT);
    res.vary('Accept');
    await sendMade(req, res, { built: document, describe, policy: POLICY });
  });
  return router;
}

/** Names of built files hold a hash of their content. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const NOT_BUILT = 'The page is not built: npm start builds it. The API is documented at /docs.\n';

/**
 * Videos, and what a provider says of a payment, come from wherever providers are; pictures of wallets are data: URLs.
 * The embedded chain, which test wallets speak with, is one of those places too. A video in segments is put together in
 * the page itself, at a blob: URL.
 */
const POLICY = [
  "default-src 'self'",
  "connect-src 'self' http: https:",
  "img-src 'self' data:",
  "media-src 'self' http: https: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** In frames of any page, and of this host alone: what it has in the clear for everybody, and no provider elsewhere. */
const EMBED_POLICY = [
  "default-src 'self'",
  "media-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  'frame-ancestors *',
].join('; ');

interface PageFile {
  type: string;
  plain(): Promise<Buffer>;
  gzipped(): Promise<Buffer>;
}

interface Made {
  built: PageFile;
  describe: Describe;
  policy: string;
}

async function sendMade(req: Request, res: Response, { built, describe, policy }: Made): Promise<void> {
  const { status, text } = await describe(req, (await built.plain()).toString());
  // It tells prices, which may change at any moment.
  res.status(status).set({ 'Cache-Control': 'no-cache', 'Content-Security-Policy': policy });
  await send(req, res, made(text));
}

async function send(req: Request, res: Response, { type, plain, gzipped }: PageFile): Promise<void> {
  res.type(type).vary('Accept-Encoding');
  if (req.acceptsEncodings('gzip')) res.set('Content-Encoding', 'gzip').send(await gzipped());
  else res.send(await plain());
}

function filesIn(dir: string): Map<string, PageFile> {
  const found = new Map<string, PageFile>();
  for (const entry of listed(dir)) {
    const path = join(entry.parentPath, entry.name);
    found.set(`/${relative(dir, path).split(sep).join('/')}`, pageFile(path));
  }
  return found;
}

function listed(dir: string) {
  try {
    return readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  } catch {
    return [];
  }
}

/** Read and compressed when first asked for, then kept: a page is small and does not change under a running host. */
function pageFile(path: string): PageFile {
  let plain: Promise<Buffer> | undefined;
  let gzipped: Promise<Buffer> | undefined;
  const read = () => {
    plain ??= readFile(path);
    return plain;
  };
  return {
    type: extname(path),
    plain: read,
    gzipped() {
      gzipped ??= read().then((bytes) => compress(bytes, { level: 9 }));
      return gzipped;
    },
  };
}

/** A document that was made for one answer. */
function made(text: string): PageFile {
  const bytes = Buffer.from(text);
  return { type: '.html', plain: async () => bytes, gzipped: () => compress(bytes) };
}

const compress = promisify(gzip);

/** A browser that follows an address or a link says so; `*\/*` alone is a program, which may be shown a page's address. */
function wantsPage(req: Request): boolean {
  if (isOfThePage(req.path)) return req.accepts('html', 'json', 'application/problem+json') === 'html';
  return req.get('Accept')?.includes('text/html') ?? false;
}

function firstSegment(path: string): string {
  return path.split('/')[1] ?? '';
}
