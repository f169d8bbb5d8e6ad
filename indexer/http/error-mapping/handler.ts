import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { ContractRevert } from '../../contract/calls/revert.ts';
import { DiskTooSmall, isDiskFull } from '../../lib/disk.ts';
import { RpcError } from '../../rpc/errors.ts';
import { BadCursor } from '../../store/cursor.ts';
import type { Context } from '../context.ts';
import { requestFacts } from '../middleware/request-log.ts';
import { problem } from '../problems/codes.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import { PROBLEM_TYPE, problemBody } from '../problems/problem-json.ts';
import { MAX_JSON_BYTES } from '../routing/route.ts';
import { domainProblem } from './domain.ts';

/** The one place where an error becomes an answer. */
export function errorHandler(context: Context): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return async (error: unknown, req, res, _next) => {
    const found = isDiskFull(error)
      ? diskFull(error)
      : ((await domainProblem(error, context)) ?? toProblem(error));
    if (found.status >= 500) context.log.error({ err: error, ...requestFacts(req, res) }, 'request failed');
    if (res.headersSent) res.destroy();
    else send(res, found, pathIn(req.body, found.field));
  };
}

/** Every path that nothing else has answered. */
export const notFound: RequestHandler = (req) => {
  throw problem('not_found', `There is nothing at ${req.path.slice(0, 200)}; see /docs.`);
};

/** Where the input at fault stands: some calls take terms in an object of their own. */
function pathIn(body: unknown, field: string | undefined): string | undefined {
  if (field === undefined || !isRecord(body) || field in body) return field;
  return isRecord(body.terms) && field in body.terms ? `terms.${field}` : field;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function send(res: Response, found: HttpProblem, field: string | undefined): void {
  const { status, headers, extra = {} } = found;
  if (status === 503) res.setHeader('Retry-After', '1');
  if (typeof extra.retry_after_sec === 'number') res.setHeader('Retry-After', String(extra.retry_after_sec));
  if (status === 401) res.setHeader('WWW-Authenticate', 'EIP712');
  // A cache may keep a 404 otherwise.
  res.setHeader('Cache-Control', 'no-store');
  res.set({ ...headers });
  res
    .status(status)
    .type(PROBLEM_TYPE)
    .send(problemBody(found, { requestId: res.locals.requestId, field }));
}

function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof BadCursor) return problem('bad_cursor', `${sentence(error)}`, { field: 'cursor' });
  if (error instanceof ContractRevert) return refusedByContract(error);
  if (isRetryable(error)) {
    return problem('unavailable', 'A part of this host did not answer in time; nothing is lost, try again.');
  }
  return fromBodyParser(error) ?? problem('internal_error', 'Something is broken here; the log has it.');
}

function diskFull(error: unknown): HttpProblem {
  const full = 'The disk of this host is full. Nothing was kept: try again when there is room.';
  return problem('storage_full', error instanceof DiskTooSmall ? error.message : full);
}

function refusedByContract(error: ContractRevert): HttpProblem {
  const args = Object.entries(error.args).map(([name, value]) => [
    name,
    typeof value === 'bigint' ? value.toString() : value,
  ]);
  const extra = { error_name: error.errorName, error_args: Object.fromEntries(args) };
  return problem('contract_refused', `${error.message}.`, { extra });
}

/** Errors of the body parser and the router, as problems of this API. */
function fromBodyParser(error: unknown): HttpProblem | undefined {
  if (error instanceof URIError) return problem('malformed_path', 'The path is not valid percent-encoding.');
  if (!(error instanceof Error) || !('expose' in error) || error.expose !== true) return undefined;
  const { status, type } = error as { status?: unknown; type?: unknown };
  if (status === 413) {
    const detail = `The body is larger than the ${MAX_JSON_BYTES} bytes that are taken here.`;
    return problem('body_too_large', detail, { extra: { max_bytes: MAX_JSON_BYTES } });
  }
  if (status === 415) return problem('unsupported_media_type', sentence(error));
  if (type === 'request.aborted' || type === 'request.size.invalid')
    return problem('malformed_body', 'The body ended before its announced length.');
  return problem('malformed_body', `The body is not what its headers say: ${error.message}.`);
}

/** Whatever a node of the chain answers instead of a result: another one, or the same later, may answer it. */
function isRetryable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof RpcError) return true;
  if ('retryable' in error) return error.retryable === true;
  return 'code' in error && NODE_DOWN.has(String(error.code));
}

/** How ethers says that the chain's node does not answer. */
const NODE_DOWN = new Set([
  'SERVER_ERROR',
  'NETWORK_ERROR',
  'TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
]);

function sentence({ message }: Error): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
