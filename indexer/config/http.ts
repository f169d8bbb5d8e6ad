import { z } from 'zod';
import { count, flag, host, httpUrl, list, MIB, origin, port, variables, whole } from './values.ts';

const connections = whole('a number of connections').min(1);
const perMinute = count('calls').optional();

export const httpConfig = variables({
  port: ['PORT', port.default(8000)],
  host: ['HOST', host.default('127.0.0.1')],
  /** How long a stop lets requests under way go on. */
  stopGraceSec: ['STOP_GRACE_SECONDS', count('seconds').max(600).default(1)],
  corsOrigins: ['CORS_ORIGINS', list.pipe(z.array(origin)).default(['http://localhost:3000'])],
  publicUrl: ['PUBLIC_URL', httpUrl.optional()],
  /** Proxies in front, whose X-Forwarded-For is believed. */
  trustedProxies: ['TRUST_PROXY', count('proxies').max(16).default(0)],
  maxConnections: ['MAX_CONNECTIONS', connections.default(1_000)],
  maxConnectionsPerClient: ['MAX_CONNECTIONS_PER_ADDRESS', connections.default(200)],
  mediaReadsPerClient: ['MEDIA_READS_PER_IP', count('files').default(128)],
  responseCacheBytes: ['RESPONSE_CACHE_BYTES', count('bytes').default(128 * MIB)],
  logReadyAnswers: ['LOG_READY_ANSWERS', flag.default(false)],
  maxEventClients: ['EVENTS_MAX_CLIENTS', count('clients').default(1_000)],
  maxEventClientsPerAddress: ['EVENTS_MAX_CLIENTS_PER_ADDRESS', count('clients').default(100)],
  logLevel: [
    'LOG_LEVEL',
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  ],
});

/** Calls a minute; 0 is no limit, undefined what fits the chain. */
export const rateLimitConfig = variables({
  reads: ['RATE_LIMIT_READS_PER_MIN', perMinute],
  writes: ['RATE_LIMIT_WRITES_PER_MIN', perMinute],
  uploads: ['RATE_LIMIT_UPLOADS_PER_MIN', perMinute],
}).transform((rateLimits) => ({ rateLimits }));
