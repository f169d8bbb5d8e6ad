import { problem } from '../../problems/codes.ts';
import type { HttpProblem } from '../../problems/http-problem.ts';

export type Scope = 'block' | 'entity' | 'all';

/** Which part of an archive's subject is asked for, and how the archive is written (trustless gateway, CAR). */
export interface CarParams {
  scope: Scope;
  /** Bytes of the file, as they were asked for; `null` for all. */
  bytes: EntityBytes | null;
  order: 'dfs' | 'unk';
  /** Whether a block may stand in it twice. */
  dups: boolean;
}

export interface EntityBytes {
  /** From the end where it is negative. */
  from: number;
  /** The last one, itself included; `null` for the end of the file. */
  to: number | null;
}

const SCOPES: readonly string[] = ['block', 'entity', 'all'];
const ORDERS: readonly string[] = ['dfs', 'unk'];
const BYTES = /^(-?\d{1,15}):(\*|-?\d{1,15})$/;

type Fields = Readonly<Record<string, unknown>>;

/**
 * @param query of the URL, which counts more than `accept`
 * @param accept parameters of the media type that was accepted
 * @throws {HttpProblem} 400 `invalid_field`
 */
export function carParams(query: Fields, accept: Fields): CarParams {
  const text = (field: string, fallback: unknown) => {
    const value = query[field] ?? fallback;
    return value === undefined || value === '' ? undefined : String(value);
  };
  const version = text('car-version', accept.version);
  if (version !== undefined && version !== '1') throw invalid('car-version', version, '1');
  const order = text('car-order', accept.order) ?? 'dfs';
  if (!ORDERS.includes(order)) throw invalid('car-order', order, 'dfs');
  const dups = text('car-dups', accept.dups) ?? 'n';
  if (dups !== 'y' && dups !== 'n') throw invalid('car-dups', dups, 'n');
  const bytes = entityBytes(text('entity-bytes', undefined));
  const scope = text('dag-scope', undefined) ?? (bytes ? 'entity' : 'all');
  if (!SCOPES.includes(scope)) throw invalid('dag-scope', scope, 'all');
  return {
    scope: scope as Scope,
    bytes: scope === 'entity' ? bytes : null,
    order: order as CarParams['order'],
    dups: dups === 'y',
  };
}

function entityBytes(text: string | undefined): EntityBytes | null {
  if (text === undefined) return null;
  const [, first, last] = BYTES.exec(text) ?? [];
  const from = Number(first);
  const to = last === '*' ? null : Number(last);
  const sameEnd = to !== null && from < 0 === to < 0;
  if (first === undefined || (sameEnd && to < from)) throw invalid('entity-bytes', text, '0:*');
  return { from, to };
}

/** The bytes `[from, to)` of a file of this size that are asked for. */
export function spanOf(bytes: EntityBytes | null, sizeBytes: number): { from: number; to: number } {
  if (bytes === null) return { from: 0, to: sizeBytes };
  const at = (position: number) => (position < 0 ? Math.max(0, sizeBytes + position) : position);
  return { from: at(bytes.from), to: bytes.to === null ? sizeBytes : Math.min(at(bytes.to) + 1, sizeBytes) };
}

function invalid(field: string, value: string, example: string): HttpProblem {
  const detail = `${JSON.stringify(value.slice(0, 60))} is no ${field} that archives are made by here.`;
  return problem('invalid_field', detail, { field, example });
}
