import type { ResponseConfig, RouteConfig } from '@asteasolutions/zod-to-openapi';
import type { z } from 'zod';
import { CODES, type Code } from './codes.ts';
import type { RouteSpec } from './routespec.ts';
import { problemSchema } from './schemas/problem.ts';
import { codeOf } from './validate.ts';

type Documented = RouteSpec<z.ZodObject, z.ZodObject, z.ZodObject, z.ZodType>;

/** How OpenAPI says it. */
export function documented(spec: Documented): RouteConfig {
  const { method, path, tag, summary, description, params, query, body, form, answer, also = {} } = spec;
  const json = { 'application/json': { schema: answer } };
  const others = Object.entries(also).map(([status, meaning]) => [
    status,
    { description: meaning, content: json },
  ]);
  return {
    method,
    path,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && { body: { required: true, content: { 'application/json': { schema: body } } } }),
      ...(form && { body: { required: true, content: { 'multipart/form-data': { schema: form } } } }),
    },
    responses: {
      200: { description: summary, content: json },
      ...Object.fromEntries(others),
      ...(spec.keep && {
        304: { description: 'The answer that the client has (If-None-Match) still holds' },
      }),
      ...problemResponses(problemsOf(spec)),
    },
  };
}

/** What an endpoint can answer instead, one entry a status. */
export function problemResponses(codes: readonly Code[]): Record<string, ResponseConfig> {
  const byStatus = new Map<number, Set<Code>>();
  for (const code of codes) {
    const [status] = CODES[code];
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  const entries = [...byStatus].map(([status, found]) => {
    const description = [...found].map((code) => `\`${code}\`: ${CODES[code][1]}`).join('; ');
    return [status, { description, content: { 'application/problem+json': { schema: problemSchema } } }];
  });
  return Object.fromEntries(entries);
}

const BODY_PROBLEMS: Code[] = ['missing_field', 'malformed_json', 'body_too_large', 'unsupported_media_type'];

function problemsOf({ params, query, body, problems = [] }: Documented): Code[] {
  const fields = [params, query, body].flatMap((schema) => (schema ? fieldProblems(schema) : []));
  return ['unknown_field', ...(body ? BODY_PROBLEMS : []), ...fields, ...problems];
}

/** What a wrong value of each field gives, as the fields say it themselves. */
export function fieldProblems({ shape }: z.ZodObject): Code[] {
  const codes = Object.values(shape).map(codeOf);
  return codes.includes('bad_address') ? [...codes, 'bad_checksum'] : codes;
}
