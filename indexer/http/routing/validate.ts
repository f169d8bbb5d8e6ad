import type { z } from 'zod';
import { InexactNumber } from '../middleware/json.ts';
import { CODES, type Code, problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';

type Issue = z.core.$ZodIssue;

/** So many faults of one request are told; how many there are stands beside them. */
const MAX_FAULTS = 20;

/**
 * Reads `input` by `schema`.
 * @throws {HttpProblem} 400 for the first field at fault; `errors` lists the first twenty, `error_count` counts all.
 */
export function validate<Schema extends z.ZodObject>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const { issues } = result.error;
  const faults = issues.slice(0, MAX_FAULTS).flatMap((issue) => faultsOf(schema, issue, input));
  const count = issues.reduce((sum, issue) => sum + countOf(issue), 0);
  const [first] = faults;
  if (first === undefined) throw result.error;
  throw asProblem(first, faults.slice(0, MAX_FAULTS), count);
}

interface Fault {
  code: Code;
  field: string | undefined;
  detail: string;
  example: unknown;
}

function asProblem(first: Fault, faults: Fault[], count: number): HttpProblem {
  const { code, detail, field, example } = first;
  const extra = count > 1 ? { errors: faults, error_count: count } : {};
  return problem(code, detail, { field, example, extra });
}

function countOf(issue: Issue): number {
  return issue.code === 'unrecognized_keys' ? issue.keys.length : 1;
}

function faultsOf(schema: z.ZodObject, issue: Issue, input: unknown): Fault[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') return unknownFields(schema, path, issue.keys);
  if (path.length === 0) {
    const detail = 'A JSON object is expected.';
    return [{ code: 'malformed_json', field: undefined, detail, example: undefined }];
  }
  const field = path.map(String).join('.');
  const given = valueAt(input, path);
  if (given instanceof InexactNumber) {
    const detail = `${field} has more digits than JSON numbers keep: send it as text.`;
    return [{ code: 'inexact_number', field, detail, example: given.literal.slice(0, 100) }];
  }
  const { code, example } = documentedAs(fieldAt(schema, path));
  const custom = issue.code === 'custom' ? issue.params : undefined;
  const better = custom?.example ?? example;
  if (isMissing(issue, input)) {
    return [{ code: 'missing_field', field, detail: `${field} is missing.`, example: better }];
  }
  return [{ code: asCode(custom?.code) ?? code, field, detail: issue.message, example: better }];
}

/** The example of the first is a whole request that works. */
function unknownFields(schema: z.ZodObject, path: Issue['path'], keys: string[]): Fault[] {
  const holder = objectAt(schema, path) ?? schema;
  const known = Object.keys(holder.shape).join(', ') || 'no fields';
  const where = path.length === 0 ? 'here' : `in ${path.map(String).join('.')}`;
  return keys.slice(0, MAX_FAULTS).map((key, nth) => {
    const name = key.slice(0, 100);
    const detail = `There is no field "${name}" ${where}; it takes ${known}.`;
    const field = [...path, name].map(String).join('.');
    return { code: 'unknown_field', field, detail, example: nth === 0 ? exampleOf(holder) : undefined };
  });
}

/** A whole one: all that is required, or where nothing is, all that can be said. */
export function exampleOf({ shape }: z.ZodObject): Record<string, unknown> {
  const required = Object.entries(shape).filter(([, field]) => !isOptional(field));
  const shown = required.length > 0 ? required : Object.entries(shape);
  const examples = shown.map(([name, field]) => {
    const nested = objectIn(field);
    return [name, documentedAs(field).example ?? (nested && exampleOf(nested))];
  });
  return Object.fromEntries(examples.filter(([, example]) => example !== undefined));
}

export function isOptional(field: z.core.$ZodType): boolean {
  return field._zod.optin === 'optional';
}

function isMissing({ code, path }: Issue, input: unknown): boolean {
  if (code !== 'invalid_type' && code !== 'invalid_union') return false;
  const holder = valueAt(input, path.slice(0, -1));
  return isRecord(holder) && !Object.hasOwn(holder, String(path.at(-1)));
}

function valueAt(input: unknown, path: Issue['path']): unknown {
  return path.reduce((holder: unknown, step) => (isRecord(holder) ? holder[String(step)] : undefined), input);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The schema of what stands at a path, such as `terms.price`. */
function fieldAt(schema: z.ZodObject, path: Issue['path']): unknown {
  return objectAt(schema, path.slice(0, -1))?.shape[String(path.at(-1))];
}

function objectAt(schema: z.ZodObject, path: Issue['path']): z.ZodObject | undefined {
  let found: z.ZodObject | undefined = schema;
  // Of a list `objectIn` finds what is in it.
  for (const step of path) if (typeof step === 'string') found = objectIn(found?.shape[step]);
  return found;
}

/** The object that a field holds, through `optional` and `nullable`. */
export function objectIn(field: unknown): z.ZodObject | undefined {
  let current = field;
  while (isWrapper(current)) current = current.unwrap();
  return isObject(current) ? current : undefined;
}

function isObject(value: unknown): value is z.ZodObject {
  return isRecord(value) && 'shape' in value;
}

/** What the schema of a field says of itself, through `optional` and `default`. */
function documentedAs(schema: unknown): { code: Code; example: unknown } {
  for (
    let current = schema;
    isDescribed(current);
    current = isWrapper(current) ? current.unwrap() : undefined
  ) {
    const meta = current.meta();
    if (meta !== undefined) return { code: asCode(meta['x-code']) ?? 'invalid_field', example: meta.example };
  }
  return { code: 'invalid_field', example: undefined };
}

/** The problem that a wrong value of a field gives. */
export function codeOf(field: unknown): Code {
  return documentedAs(field).code;
}

function asCode(value: unknown): Code | undefined {
  return typeof value === 'string' && Object.hasOwn(CODES, value) ? (value as Code) : undefined;
}

function isDescribed(value: unknown): value is { meta(): Record<string, unknown> | undefined } {
  return typeof value === 'object' && value !== null && 'meta' in value;
}

function isWrapper(value: unknown): value is { unwrap(): unknown } {
  return typeof value === 'object' && value !== null && 'unwrap' in value;
}
