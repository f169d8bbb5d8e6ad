import type { Request } from 'express';
import { problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';

/** What gateways offer of a CID beside its file, as `Accept` names it. */
const OTHER_THAN_FILE = /^application\/(vnd\.ipld\..+|vnd\.ipfs\..+|x-tar|(dag-)?json|(dag-)?cbor)$/;

/**
 * A trustless gateway has more than the file: blocks, archives, records. Whoever asks for one of those must not be sent
 * the file in its place.
 * @throws {HttpProblem} 406 `not_acceptable`
 */
export function requireFile(req: Request): void {
  const { format } = req.query;
  if (format !== undefined && format !== '') throw notAcceptable('format', String(format));
  const types = acceptedTypes(req.get('Accept'));
  const other = types.find((type) => OTHER_THAN_FILE.test(type));
  if (other !== undefined && types.every((type) => OTHER_THAN_FILE.test(type))) {
    throw notAcceptable('Accept', other);
  }
}

/** Without parameters, those refused by `q=0` left out. */
function acceptedTypes(accept = ''): string[] {
  return accept
    .split(',')
    .map((range) => range.trim().toLowerCase())
    .filter((range) => range !== '' && !/;\s*q=0(\.0*)?\s*(;|$)/.test(range))
    .map((range) => range.replace(/\s*;.*$/s, ''));
}

function notAcceptable(field: string, asked: string): HttpProblem {
  const detail = `Here a CID stands for its file; there is no ${JSON.stringify(asked.slice(0, 100))} of it.`;
  return problem('not_acceptable', detail, { field, example: field === 'Accept' ? '*/*' : undefined });
}
