import type { Request, RequestHandler, Response } from 'express';
import { rateLimit, type Store } from 'express-rate-limit';
import type { Counters } from '../../counters/counters.ts';
import type { AppDeps } from '../deps.ts';
import { problem } from '../problems/codes.ts';
import { clientIp } from './client-ip.ts';
import { createCounter } from './counter.ts';
import { isForKeys } from './open-reads.ts';
import { isProbe } from './request-log.ts';

const WINDOW_MS = 60_000;
/** A page that plays a video and a busy office behind one address stay well below. */
const DEFAULTS = { reads: 1_200, writes: 60, uploads: 10 };

type Deps = Pick<AppDeps, 'counters' | 'log'> & {
  config: Pick<AppDeps['config'], 'rateLimits' | 'unsigned'>;
};
type Kind = keyof typeof DEFAULTS;

/** All calls, by the address they come from. */
export function limitCalls(deps: Deps): RequestHandler[] {
  return [limiter(deps, 'reads', address), limiter(deps, 'writes', address)].flat();
}

/** The same, by wallet, where the request is known to come from one (`res.locals.wallet`). */
export function limitWallets(deps: Deps): RequestHandler[] {
  return [limiter(deps, 'reads', wallet), limiter(deps, 'writes', wallet)].flat();
}

/** Requests at a time by address, where a proxy holds the connections; nothing else, for they are counted then. */
export function limitConcurrency({ config }: Pick<AppDeps, 'config'>): RequestHandler[] {
  const { trustedProxies, maxConnectionsPerClient: max } = config;
  if (trustedProxies === 0) return [];
  const underWay = createCounter();
  const limit: RequestHandler = (req, res, next) => {
    const client = clientIp(req);
    if (isProbe(req.path)) return next();
    if (underWay.of(client) >= max) {
      const detail = `This address has ${max} requests under way.`;
      throw problem('too_many_connections', detail, { extra: { retry_after_sec: 1 } });
    }
    underWay.countUntilClosed(client, res);
    next();
  };
  return [limit];
}

/** Uploads and signing in, which cost much or invite guessing: by address, and by wallet where it is known. */
export function limitUploads(deps: Deps): RequestHandler[] {
  return [limiter(deps, 'uploads', address), limiter(deps, 'uploads', wallet)].flat();
}

/** Whose calls are counted together. */
interface Caller {
  name: 'address' | 'wallet';
  /** `null`: nobody's; the call is not counted. */
  of(req: Request, res: Response): string | null;
}

const address: Caller = { name: 'address', of: clientIp };
const wallet: Caller = {
  name: 'wallet',
  of: (_req, res) => (typeof res.locals.wallet === 'string' ? res.locals.wallet.toLowerCase() : null),
};

/** @returns nothing where there is no limit. */
function limiter({ config, counters, log }: Deps, kind: Kind, caller: Caller): RequestHandler[] {
  const limit = config.rateLimits[kind] ?? (config.unsigned ? 0 : DEFAULTS[kind]);
  if (limit === 0) return [];
  const name = `${kind}-by-${caller.name}`;
  const counts = (req: Request) => {
    if (isProbe(req.path)) return false;
    const isRead = ['GET', 'HEAD', 'OPTIONS'].includes(req.method) || isForKeys(req);
    return kind === 'uploads' || (kind === 'reads') === isRead;
  };
  const limits = rateLimit({
    windowMs: WINDOW_MS,
    limit,
    identifier: name,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    skip: (req, res) => !counts(req) || caller.of(req, res) === null || res.locals.isOperator === true,
    keyGenerator: (req, res) => caller.of(req, res) ?? '',
    store: counterStore(counters, name),
    handler: (_req, res, next) => {
      const detail = `This ${caller.name} has made more than ${limit} ${kind} within a minute.`;
      const retry_after_sec = Number(res.getHeader('Retry-After'));
      next(problem('rate_limited', detail, { extra: { limit, retry_after_sec } }));
    },
    // Those headers are anybody's to send; whether they are believed is TRUST_PROXY's business.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    logger: {
      warn: (error, message) => log.warn({ err: error }, message),
      error: (error, message) => log.error({ err: error }, message),
    },
  });
  return [limits];
}

/** Counts where all processes of the host count. */
function counterStore(counters: Counters, name: string): Store {
  const add = (key: string, amount: number) => counters.add(`rate ${name} ${key}`, amount, WINDOW_MS);
  return {
    prefix: name,
    async increment(key) {
      const { total, resetsInMs } = await add(key, 1);
      return { totalHits: total, resetTime: new Date(Date.now() + resetsInMs) };
    },
    async decrement(key) {
      await add(key, -1);
    },
    async resetKey(key) {
      const { total } = await add(key, 0);
      await add(key, -total);
    },
  };
}
