import type { ResponseConfig, RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { CODES, type Code } from '../problems/codes.ts';
import { problemSchema } from '../schemas/problem.ts';
import type { RouteSpec } from './route-spec.ts';
import { codeOf, exampleOf, isOptional, objectIn } from './validate.ts';

type AnyRouteSpec = RouteSpec<z.ZodObject, z.ZodObject, z.ZodObject, z.ZodType, z.ZodType>;

/** How OpenAPI says it. */
export function documented(spec: AnyRouteSpec): Omit<RouteConfig, 'method' | 'path'> {
  const { tag, summary, description, params, query, body, form, formEncoding, answer } = spec;
  const { also = {}, later } = spec;
  const json = { 'application/json': { schema: answer } };
  const others = Object.entries(also).map(([status, meaning]) => [
    status,
    { description: meaning, content: json },
  ]);
  return {
    tags: [tag],
    summary,
    ...(spec.session && { security: [{ session: [] }] }),
    ...(spec.operator && { security: [{ operator: [] }] }),
    ...(description !== undefined && { description }),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && { body: jsonBody(body) }),
      ...(spec.raw && { body: rawBody(spec.raw) }),
      ...(form && {
        body: {
          required: true,
          content: {
            'multipart/form-data': {
              schema: form,
              example: exampleOf(form),
              ...(formEncoding && { encoding: formEncoding }),
            },
          },
        },
      }),
    },
    responses: {
      200: { description: summary, content: json },
      ...Object.fromEntries(others),
      ...(later && { 202: laterResponse(spec, later) }),
      ...(spec.cache && {
        304: { description: 'The answer that the client has (If-None-Match) still holds' },
      }),
      ...problemResponses(problemsOf(spec)),
    },
  };
}

function rawBody(examples: NonNullable<RouteSpec<never, never, never, never>['raw']>) {
  const content = Object.entries(examples).map(([type, example]) => [
    type,
    { schema: { type: 'string', format: 'binary' }, example },
  ]);
  return { required: true, content: Object.fromEntries(content) };
}

/** A 202 that may be of two kinds. */
function laterResponse({ also, answer }: AnyRouteSpec, later: NonNullable<AnyRouteSpec['later']>) {
  const sooner = also?.[202];
  const schema = sooner === undefined ? later.answer : z.union([answer, later.answer]);
  const description = [sooner, later.meaning].filter((each) => each !== undefined).join('; or: ');
  return { description, content: { 'application/json': { schema } } };
}

/** Its example is a whole request: one of all fields at once would be signed by nobody. */
function jsonBody(schema: z.ZodObject): NonNullable<NonNullable<RouteConfig['request']>['body']> {
  const required = Object.values(schema.shape).some((field) => !isOptional(field));
  return { required, content: { 'application/json': { schema, example: exampleOf(schema) } } };
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

const BODY_PROBLEMS: Code[] = [
  'missing_field',
  'malformed_body',
  'malformed_json',
  'inexact_number',
  'body_too_large',
  'unsupported_media_type',
];

export const SESSION_PROBLEMS: Code[] = [
  'sign_in_required',
  'session_invalid',
  'session_expired',
  'wallet_mismatch',
];

function problemsOf({ params, query, body, session, operator, problems = [] }: AnyRouteSpec): Code[] {
  const fields = [params, query, body].flatMap((schema) => (schema ? fieldProblems(schema) : []));
  const ofBody = body ? BODY_PROBLEMS : [];
  return [
    'malformed_query',
    'unknown_field',
    ...ofBody,
    ...(session ? SESSION_PROBLEMS : []),
    ...(operator ? (['operator_only', 'origin_not_allowed'] as const) : []),
    ...fields,
    ...problems,
  ];
}

/** What a wrong value of each field gives, as the fields say it themselves. */
export function fieldProblems({ shape }: z.ZodObject): Code[] {
  const codes = Object.values(shape).flatMap((field) => {
    const nested = objectIn(field);
    return nested ? ['invalid_field' as const, ...fieldProblems(nested)] : [codeOf(field)];
  });
  return codes.includes('bad_address') ? [...codes, 'bad_checksum'] : codes;
}
