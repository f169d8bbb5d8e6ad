import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { problemResponses } from './routedoc.ts';
import type { Route } from './routespec.ts';

const DESCRIPTION = `Pay per view on chain, split between creator and provider; media on IPFS.

Addresses are taken in lower case, upper case or with a right checksum, and shown checksummed. Prices are decimal, in the
coin's unit; shares are percent. Every error is a problem detail with a stable \`code\`: [all codes](docs/problems).`;

/** The document of what the routes validate. */
export function openApiDocument(routes: readonly Route[], version: string): object {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'session', SESSION);
  for (const { doc } of routes) registry.registerPath({ ...doc, responses: { ...doc.responses, ...ANY } });
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

const SESSION = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: 'The token of POST /auth/sign-in',
} as const;

const ANY = problemResponses(['internal_error', 'unavailable']);
