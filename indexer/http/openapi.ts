import { OpenAPIRegistry, OpenApiGeneratorV31, type ResponseConfig } from '@asteasolutions/zod-to-openapi';
import { isProbe } from './requestlog.ts';
import { problemResponses } from './routedoc.ts';
import type { Route } from './routespec.ts';

const DESCRIPTION = `Pay per view on chain, split between creator and provider; media on IPFS.

Addresses are taken in lower case, upper case or with a right checksum, and shown checksummed. Prices are decimal, in the
coin's unit; shares are percent. Every error is a problem detail with a stable \`code\`: [all codes](docs/problems).`;

/** The document of what the routes validate. */
export function openApiDocument(routes: readonly Route[], version: string): object {
  const registry = new OpenAPIRegistry();
  for (const { doc } of routes) {
    const always = isProbe(doc.path) ? ANYWHERE : { ...ANYWHERE, ...LIMITED };
    registry.registerPath({ ...doc, responses: merged(doc.responses, always) });
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'stream-host',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
  });
}

const ANYWHERE = problemResponses(['internal_error', 'unavailable']);
const LIMITED = problemResponses(['rate_limited']);

/** A call may have reasons of its own for the same status. */
function merged(own: Route['doc']['responses'], always: Record<string, ResponseConfig>) {
  const both = Object.entries(always).map(([status, response]) => {
    const mine = own[status];
    if (mine === undefined || !('description' in mine)) return [status, response];
    return [status, { ...mine, description: `${mine.description}; ${response.description}` }];
  });
  return { ...own, ...Object.fromEntries(both) };
}
