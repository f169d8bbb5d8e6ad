import type { Request } from 'express';
import { problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';

/** What is sent of a CID: its file or directory, one block as it is, or an archive of blocks. */
export interface Representation {
  format: 'file' | 'raw' | 'car';
  /** Parameters of the media type that was accepted. */
  params: Readonly<Record<string, string>>;
  /** By `Accept`, so that the answer says at which address it stands without. */
  isNegotiated: boolean;
}

export const RAW_TYPE = 'application/vnd.ipld.raw';
export const CAR_TYPE = 'application/vnd.ipld.car';

/** Other things that gateways offer of a CID, as `Accept` names them. */
const OTHER_TYPE = /^application\/(vnd\.ipld\..+|vnd\.ipfs\..+|x-tar|(dag-)?json|(dag-)?cbor)$/;
const FILE: Representation = { format: 'file', params: {}, isNegotiated: false };

/**
 * Whoever asks for one thing must not be sent another in its place. `?format=` counts more than `Accept`, whose types
 * count by their `q`; among equal ones a type that names blocks counts more than what a browser sends.
 * @throws {HttpProblem} 406 `not_acceptable`
 */
export function representationOf(req: Request): Representation {
  const { format } = req.query;
  if (format === 'raw' || format === 'car') return { ...FILE, format };
  if (format !== undefined && format !== '') throw notAcceptable('format', String(format));
  const accepted = acceptedTypes(req.get('Accept'));
  const best = Math.max(...accepted.map(({ q }) => q));
  const chosen = accepted.find(({ q, type }) => q === best && (type === RAW_TYPE || type === CAR_TYPE));
  if (chosen) {
    const { type, params } = chosen;
    return { format: type === RAW_TYPE ? 'raw' : 'car', params, isNegotiated: true };
  }
  if (accepted.length === 0 || accepted.some(({ type }) => !OTHER_TYPE.test(type))) return FILE;
  const blocks = accepted.find(({ type }) => type === RAW_TYPE || type === CAR_TYPE);
  if (!blocks) throw notAcceptable('Accept', accepted[0]?.type ?? '');
  return { format: blocks.type === RAW_TYPE ? 'raw' : 'car', params: blocks.params, isNegotiated: true };
}

/**
 * Where only files are served.
 * @throws {HttpProblem} 406 `not_acceptable`
 */
export function requireFile(req: Request): void {
  const { format, isNegotiated } = representationOf(req);
  if (format === 'file') return;
  const type = format === 'raw' ? RAW_TYPE : CAR_TYPE;
  throw isNegotiated ? notAcceptable('Accept', type) : notAcceptable('format', format);
}

/** As it came, with its question mark; empty where there is none. */
export function queryOf({ originalUrl }: Request): string {
  const at = originalUrl.indexOf('?');
  return at < 0 ? '' : originalUrl.slice(at);
}

interface AcceptedType {
  type: string;
  params: Record<string, string>;
  q: number;
}

/** Those refused by `q=0` left out. */
function acceptedTypes(accept = ''): AcceptedType[] {
  return accept
    .toLowerCase()
    .split(',')
    .map((range) => {
      const [type = '', ...rest] = range.split(';').map((part) => part.trim());
      const params = Object.fromEntries(rest.map((part) => part.split('=', 2).map(unquoted)));
      const q = Number(params.q ?? 1);
      return { type, params, q: Number.isNaN(q) ? 1 : q };
    })
    .filter(({ type, q }) => type !== '' && q > 0);
}

function unquoted(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1');
}

function notAcceptable(field: string, asked: string): HttpProblem {
  const detail = `There is no ${JSON.stringify(asked.slice(0, 100))} of it here.`;
  return problem('not_acceptable', detail, { field, example: field === 'Accept' ? '*/*' : undefined });
}
