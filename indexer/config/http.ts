import { z } from 'zod';
import { count, flag, host, httpUrl, list, MIB, origin, port, whole } from './values.ts';

const perMinute = count('calls').optional();

export const httpConfig = z
  .object({
    PORT: port.default(8000),
    HOST: host.default('127.0.0.1'),
    CORS_ORIGINS: list.pipe(z.array(origin)).default(['http://localhost:3000']),
    PUBLIC_URL: httpUrl.optional(),
    TRUST_PROXY: count('proxies').max(16).default(0),
    MAX_CONNECTIONS: whole('a number of connections').min(1).default(1_000),
    MAX_CONNECTIONS_PER_ADDRESS: whole('a number of connections').min(1).default(200),
    MEDIA_READS_PER_IP: count('files').default(128),
    RESPONSE_CACHE_BYTES: count('bytes').default(128 * MIB),
    LOG_READY_ANSWERS: flag.default(false),
    EVENTS_MAX_CLIENTS: count('clients').default(1_000),
    EVENTS_MAX_CLIENTS_PER_ADDRESS: count('clients').default(100),
    RATE_LIMIT_READS_PER_MIN: perMinute,
    RATE_LIMIT_WRITES_PER_MIN: perMinute,
    RATE_LIMIT_UPLOADS_PER_MIN: perMinute,
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  })
  .transform((env) => ({
    port: env.PORT,
    host: env.HOST,
    corsOrigins: env.CORS_ORIGINS,
    publicUrl: env.PUBLIC_URL,
    /** Proxies in front, whose X-Forwarded-For is believed. */
    trustedProxies: env.TRUST_PROXY,
    maxConnections: env.MAX_CONNECTIONS,
    maxConnectionsPerClient: env.MAX_CONNECTIONS_PER_ADDRESS,
    mediaReadsPerClient: env.MEDIA_READS_PER_IP,
    maxEventClients: env.EVENTS_MAX_CLIENTS,
    maxEventClientsPerAddress: env.EVENTS_MAX_CLIENTS_PER_ADDRESS,
    /** Calls a minute; 0 is no limit, undefined what fits the chain. */
    rateLimits: {
      reads: env.RATE_LIMIT_READS_PER_MIN,
      writes: env.RATE_LIMIT_WRITES_PER_MIN,
      uploads: env.RATE_LIMIT_UPLOADS_PER_MIN,
    },
    responseCacheBytes: env.RESPONSE_CACHE_BYTES,
    logReadyAnswers: env.LOG_READY_ANSWERS,
    logLevel: env.LOG_LEVEL,
  }));
