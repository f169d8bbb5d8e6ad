import {
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type ResponseConfig,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import { isProbe } from '../middleware/request-log.ts';
import type { Code } from '../problems/codes.ts';
import type { Route } from './route.ts';
import { problemResponses } from './route-doc.ts';

const DESCRIPTION = `Pay per view on chain, split between creator and provider; media on IPFS.

Addresses are taken in lower case, upper case or with a right checksum, and shown checksummed. Prices are decimal, in the
coin's unit; shares are percent. Every error is a problem detail with a stable \`code\`: [all codes](docs/problems).`;

const REQUEST_ID = {
  'X-Request-Id': {
    description: 'As in the log; the one sent along, if it fits',
    schema: { type: 'string' },
  },
} as const;
const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds until it is worth trying again', schema: { type: 'integer' } },
} as const;

export interface DocumentOptions {
  version: string;
  /** Writes need no signature, and so the guard stands before every call. */
  unsigned: boolean;
}

/** The document of what the routes validate. */
export function openApiDocument(routes: readonly Route[], { version, unsigned }: DocumentOptions): object {
  const registry = new OpenAPIRegistry();
  for (const [name, scheme] of Object.entries(BEARERS)) {
    registry.registerComponent('securitySchemes', name, { type: 'http', scheme: 'bearer', ...scheme });
  }
  for (const { doc, method } of routes) {
    const limited: Code[] = isProbe(doc.path) ? [] : ['rate_limited', 'too_many_connections'];
    const more = [...anywhere(method, unsigned), ...limited];
    registry.registerPath({ ...doc, responses: answersOf(doc, more) });
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Pennyreel: the API of a host',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
  });
}

/** What any endpoint of this method can answer besides its own. */
function anywhere(method: Route['method'], unsigned: boolean): Code[] {
  const reads = method === 'get' || method === 'head';
  const guard: Code[] = reads ? ['host_not_allowed'] : ['host_not_allowed', 'origin_not_allowed'];
  const full: Code[] = reads ? [] : ['storage_full'];
  return ['internal_error', 'unavailable', ...full, ...(unsigned ? guard : [])];
}

function answersOf(doc: RouteConfig, more: Code[]): RouteConfig['responses'] {
  const answers = { ...doc.responses };
  for (const [status, problem] of Object.entries(problemResponses(more))) {
    const own = answers[status];
    answers[status] = own && !('$ref' in own) ? both(own, problem) : problem;
  }
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [
      status,
      '$ref' in answer ? answer : finished(doc, status, answer),
    ]),
  );
}

function both(one: ResponseConfig, other: ResponseConfig): ResponseConfig {
  return {
    ...one,
    description: `${one.description}; ${other.description}`,
    content: { ...one.content, ...other.content },
  };
}

/** The headers that every answer carries; an answer to HEAD has no body. */
function finished({ method }: RouteConfig, status: string, answer: ResponseConfig): ResponseConfig {
  const { content, headers, ...rest } = answer;
  const again = status === '503' && content?.['application/problem+json'] ? RETRY_AFTER : {};
  return {
    ...rest,
    headers: { ...headers, ...REQUEST_ID, ...again } as ResponseConfig['headers'] & object,
    ...(content && method !== 'head' && { content }),
  };
}

/** What stands behind `Authorization: Bearer`. */
const BEARERS = {
  session: { bearerFormat: 'JWT', description: 'The token of POST /auth/sign-in' },
  playToken: { bearerFormat: 'opaque', description: 'The token of POST /play/{cid}/access' },
  operator: { description: 'The secret in host.json of DATA_DIR, as long as the host runs' },
};
