import type { ClientErrorCode } from '../errors.ts';
import { SellerRefused } from '../errors.ts';
import { type Answer, ask, type Fetch, fieldsIn, fromBase64, retryAfterSecIn } from '../http.ts';
import type { VoucherJson } from '../money/voucher.ts';

/** A voucher as it is offered. */
export interface OfferedVoucher {
  voucher: VoucherJson;
  signature: string;
  contract: string;
}

export interface Given {
  kind: 'keys';
  keys: ReadonlyMap<number, Uint8Array<ArrayBuffer>>;
  receipts: ReadonlyMap<number, object>;
}

export interface Refusal {
  kind: 'refused';
  status: number;
  /** The stable code of its problem details. */
  problem: string | null;
  detail: string;
  paymentRequired: string | null;
  /** When it may be asked again, in seconds. */
  retryAfterSec: number | null;
  body: Record<string, unknown>;
}

/** Codes that a client can do something about. */
const KNOWN: readonly (ClientErrorCode | null)[] = [
  ...(['deposit_unconfirmed', 'mirror_behind', 'deposit_too_low', 'withdrawal_pending'] as const),
];
const RETRYABLE = KNOWN.slice(0, 2);

/** A video at a provider's gate: what stands below its stream's URL. */
export class Seller {
  /** Without a slash at its end. */
  readonly url: string;
  readonly #fetch: Fetch;

  constructor(playUrl: string, fetch: Fetch) {
    this.url = playUrl.replace(/\/+$/, '');
    this.#fetch = fetch;
  }

  /** The same seller's gate for another video. */
  at(playUrl: string): Seller {
    return new Seller(playUrl, this.#fetch);
  }

  /** What everybody may read of the directory. @throws {ClientError} seller_refused, seller_unreachable */
  async bytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return allowed(await ask(this.#fetch, this.url + path)).bytes;
  }

  /** The key of a unit where it is open, for everybody or for whom the token is of; never a payment. */
  async openKey(unit: number, token: string | null): Promise<Given | Refusal> {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const answer = await ask(this.#fetch, `${this.url}/keys/${unit}`, { headers });
    return refusalIn(answer) ?? { kind: 'keys', keys: new Map([[unit, answer.bytes]]), receipts: new Map() };
  }

  /** Keys for a voucher, all of them or none. */
  async keys(units: readonly number[], offered: OfferedVoucher, receipt: boolean): Promise<Given | Refusal> {
    const headers = receipt ? { prefer: 'receipt' } : {};
    const answer = await ask(this.#fetch, `${this.url}/keys`, { json: { units, ...offered }, headers });
    const { keys, receipts } = fieldsIn(answer.bytes);
    const given: Given = {
      kind: 'keys',
      keys: byUnit(keys, (key) => fromBase64(String(key))),
      receipts: byUnit(receipts, Object),
    };
    return refusalIn(answer) ?? given;
  }

  /** A token for a signed `Access`. @throws {ClientError} */
  async access(json: object): Promise<{ token: string; untilSec: number }> {
    const answer = allowed(await ask(this.#fetch, `${this.url}/access`, { json }));
    const { token, until_sec } = fieldsIn(answer.bytes);
    return { token: String(token), untilSec: Number(until_sec) };
  }
}

/** @throws {SellerRefused} */
export function allowed(answer: Answer): Answer {
  const refusal = refusalIn(answer);
  if (refusal) throw refusalError(refusal);
  return answer;
}

/** What stands in the way, where it is not that something has to be signed. */
export function refusalError(refusal: Refusal): SellerRefused {
  const { status } = refusal;
  const known = KNOWN.find((code) => code === refusal.problem);
  if (known) return new SellerRefused(known, refusal, RETRYABLE.includes(known));
  return new SellerRefused('seller_refused', refusal, status === 429 || status >= 500);
}

function refusalIn({ status, headers, bytes }: Answer): Refusal | null {
  if (status >= 200 && status < 300) return null;
  const body = fieldsIn(bytes);
  return {
    kind: 'refused',
    status,
    problem: typeof body.code === 'string' ? body.code : null,
    detail: String(body.detail ?? `The answer is ${status}.`),
    paymentRequired: headers.get('payment-required'),
    retryAfterSec: retryAfterSecIn(headers),
    body,
  };
}

function byUnit<T>(value: unknown, of: (each: unknown) => T): Map<number, T> {
  return new Map(Object.entries(Object(value)).map(([unit, each]) => [Number(unit), of(each)]));
}
