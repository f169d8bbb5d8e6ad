import type { RequestListener } from 'node:http';
import cors, { type CorsOptions } from 'cors';
import express from 'express';
import helmet from 'helmet';
import { commonHeaders } from './cache/common-headers.ts';
import { channelWriteRoutes } from './channels/routes.ts';
import { type Context, createContext } from './context.ts';
import type { AppDeps } from './deps.ts';
import { errorHandler, notFound } from './error-mapping/handler.ts';
import { eventRoutes } from './events/routes.ts';
import { gatewayCors, isGateway } from './gateway/cors.ts';
import { EXPOSED_HEADERS } from './gateway/gateway.ts';
import { plainTilde, playRoutes } from './gateway/play/routes.ts';
import { removalRoutes } from './gateway/removal-routes.ts';
import { mediaRoutes } from './gateway/routes.ts';
import { createOpenReads, isPlay } from './middleware/open-reads.ts';
import { OPERATOR_PATHS, operatorGuard } from './middleware/operator-guard.ts';
import { limitCalls, limitConcurrency, limitWallets } from './middleware/rate-limit.ts';
import { requestLog } from './middleware/request-log.ts';
import { isOwnName, requireSameOrigin } from './middleware/same-origin.ts';
import { knownWallet } from './middleware/session.ts';
import { MEDIA_PATHS, refuseTakenDown } from './middleware/taken-down.ts';
import { proofRoutes } from './proofs/routes.ts';
import { authRoutes } from './routes/auth.ts';
import { chainRoutes } from './routes/chain.ts';
import { channelRoutes } from './routes/channels.ts';
import { contentRoutes } from './routes/contents.ts';
import { healthRoutes } from './routes/health.ts';
import { legacyRoutes } from './routes/legacy.ts';
import { offerRoutes } from './routes/offers.ts';
import { publicationRoutes } from './routes/publications.ts';
import { recordRoutes } from './routes/records.ts';
import { streamRoutes } from './routes/streams.ts';
import { takedownRoutes } from './routes/takedowns.ts';
import { voucherRoutes } from './routes/vouchers.ts';
import { walletRoutes } from './routes/wallets.ts';
import { mount } from './routing/mount.ts';
import { openApiDocument } from './routing/openapi.ts';
import { parseQuery } from './routing/query.ts';
import type { Route } from './routing/route.ts';
import { keyGrantRoutes } from './secrets/grant-routes.ts';
import { ownKeyRequestRoutes } from './secrets/own-request-routes.ts';
import { secretRoutes } from './secrets/routes.ts';
import { createDescribe } from './sharing/document.ts';
import { createEmbed } from './sharing/embed.ts';
import { oembedRoutes } from './sharing/oembed.ts';
import { docsRoutes } from './static/docs.ts';
import { BUILT_PAGE, pageRoutes } from './static/page.ts';
import { resumableRoutes } from './uploads/resumable/routes.ts';
import { tusOptions } from './uploads/resumable/tus-headers.ts';
import { uploadRoutes } from './uploads/routes.ts';
import { stagedRoutes } from './uploads/staged-routes.ts';

export type { AppDeps } from './deps.ts';

/** Version of the API, not of the program: it grows when clients have something to know. */
const API_VERSION = '1.0.0';

/** The whole HTTP side over its parts. It listens nowhere: see `server.ts`. */
export function createApp(deps: AppDeps): RequestListener {
  const context = createContext(deps);
  const routes = routesOf(context);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', parseQuery);
  app.set('trust proxy', deps.config.trustedProxies);
  const { corsOrigins, unsigned } = deps.config;
  const setters = {
    security: helmet(SECURITY_HEADERS),
    cors: cors(corsOptions(corsOrigins)),
    corsForAll: cors({ ...corsOptions(['*']), methods: ['GET', 'HEAD'] }),
    corsForGateway: gatewayCors([...EXPOSED_HEADERS, ...API_HEADERS], PREFLIGHT_CACHE_SEC),
    corsForPlay: cors(PLAY_CORS),
  };
  const isOpen = createOpenReads(routes);
  const headers = commonHeaders(setters, corsOrigins, { isOpen, isGateway, isPlay });
  const ready = context.cachedResponses.serve({
    headers,
    isMeant: (req) => !req.headers.authorization && (!unsigned || isOwnName(req)),
  });
  app.use(tusOptions(deps.config));
  app.use(OPERATOR_PATHS, operatorGuard(deps.operatorSecret));
  app.use(headers.set);
  // Limits come before cached responses, and headers before limits.
  const limits = [...limitConcurrency(deps), ...limitCalls(deps)];
  if (limits.length > 0) app.use(...limits, ready);
  if (unsigned) app.use(requireSameOrigin(deps));
  app.use(knownWallet(deps.signIn));
  for (const limit of limitWallets(deps)) app.use(limit);
  app.use(plainTilde);
  app.use(MEDIA_PATHS, refuseTakenDown(context.servedCheck));
  mount(app, routes);
  app.use(docsRoutes(() => openApiDocument(routes, { version: API_VERSION, unsigned })));
  const apiPaths = routes.map(({ path }) => path);
  app.use(
    pageRoutes({ dir: BUILT_PAGE, apiPaths, describe: createDescribe(context), embed: createEmbed(context) }),
  );
  app.use(notFound);
  app.use(errorHandler(context));
  const note = requestLog(context);
  return (req, response) => {
    const res = note(req, response);
    if (limits.length > 0) app(req, res);
    else ready(req, res, () => app(req, res));
  };
}

/** Every endpoint, by resource. */
export function routesOf(context: Context): Route[] {
  return [
    authRoutes,
    contentRoutes,
    oembedRoutes,
    publicationRoutes,
    secretRoutes,
    keyGrantRoutes,
    ownKeyRequestRoutes,
    uploadRoutes,
    streamRoutes,
    proofRoutes,
    recordRoutes,
    walletRoutes,
    channelRoutes,
    channelWriteRoutes,
    voucherRoutes,
    resumableRoutes, // its HEAD is not that of the GET below
    stagedRoutes,
    eventRoutes,
    legacyRoutes,
    mediaRoutes,
    playRoutes,
    chainRoutes,
    removalRoutes,
    offerRoutes,
    takedownRoutes,
    healthRoutes,
  ].flatMap((resource) => resource(context));
}

/** TLS, and with it HSTS, is the business of the proxy in front; the API itself may be read from other origins. */
const SECURITY_HEADERS = {
  strictTransportSecurity: false,
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'self'"],
      // Swagger UI writes styles into its elements and draws its icons from data: URLs.
      'style-src': ["'self'", "'unsafe-inline'"],
      'img-src': ["'self'", 'data:'],
      'object-src': ["'none'"],
      'base-uri': ["'none'"],
      'frame-ancestors': ["'none'"],
    },
  },
} as const;

const PREFLIGHT_CACHE_SEC = 600;
const API_HEADERS = [
  'Allow',
  'Link',
  'PAYMENT-REQUIRED',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
];

/** Cookies and logins may come along from named origins; with `*` nobody's do. */
function corsOptions(origins: readonly string[]): CorsOptions {
  const any = origins.includes('*');
  return {
    origin: any ? '*' : [...origins],
    credentials: !any,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: [...EXPOSED_HEADERS, ...API_HEADERS],
    maxAge: PREFLIGHT_CACHE_SEC,
  };
}

const PLAY_CORS: CorsOptions = {
  origin: '*',
  methods: ['GET', 'HEAD', 'POST'],
  // The last is no header of requests, but the official x402 client sends it with what it pays.
  allowedHeaders: [
    ...['PAYMENT-SIGNATURE', 'Authorization', 'Content-Type', 'Prefer', 'Range'],
    'Access-Control-Expose-Headers',
  ],
  exposedHeaders: [
    'PAYMENT-REQUIRED',
    'PAYMENT-RESPONSE',
    'Content-Range',
    'Content-Length',
    'Accept-Ranges',
    'ETag',
    'Retry-After',
  ],
  maxAge: 7_200,
};
