/** Why something did not work, for programs; people read the message. */
export const CLIENT_ERROR_CODES = [
  // What the seller shows is not what the CID names.
  'content_mismatch',
  'playlist_refused',
  'wrong_key',
  'receipt_invalid',
  // What the seller asks for is not what was agreed.
  'offer_differs',
  'price_changed',
  'not_served',
  'voucher_conflict',
  'seller_distrusted',
  // What there is to spend.
  'channel_missing',
  'channel_exists',
  'viewer_differs',
  'limit_reached',
  'deposit_too_low',
  'deposit_unconfirmed',
  'withdrawal_pending',
  'release_pending',
  // What the seller says, or that it says nothing.
  'mirror_behind',
  'seller_refused',
  'seller_unreachable',
  'chain_differs',
  'not_by_a_person',
] as const;
export type ClientErrorCode = (typeof CLIENT_ERROR_CODES)[number];

export class ClientError extends Error {
  readonly code: ClientErrorCode;
  /** Whether the same may work in a while, without anybody's doing. */
  readonly retryable: boolean;

  constructor(code: ClientErrorCode, message: string, options: ErrorOptions & { retryable?: boolean } = {}) {
    super(message, options);
    this.name = 'ClientError';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** A unit costs more than what was agreed. Prices in base units. */
export class PriceChanged extends ClientError {
  declare readonly from: bigint;
  declare readonly to: bigint;

  constructor(prices: Pick<PriceChanged, 'from' | 'to'>) {
    super('price_changed', `A unit costs ${prices.to} base units now, not ${prices.from}.`);
    Object.assign(this, prices);
  }
}

/** The next unit would cost more than what the person allowed. Base units. */
export class LimitReached extends ClientError {
  declare readonly limit: bigint;
  declare readonly spent: bigint;
  declare readonly price: bigint;

  constructor(amounts: Pick<LimitReached, 'limit' | 'spent' | 'price'>) {
    const { limit, spent, price } = amounts;
    super('limit_reached', `Of ${limit} base units ${spent} are spent: ${price} more is too much.`);
    Object.assign(this, amounts);
  }
}

/** A refusal in the seller's own words. */
export class SellerRefused extends ClientError {
  /** Of HTTP. */
  declare readonly status: number;
  /** The code of its problem details, where it has one. */
  declare readonly problem: string | null;
  /** When it may be asked again, in seconds, where it says so. */
  declare readonly retryAfterSec: number | null;

  constructor(
    code: ClientErrorCode,
    said: Pick<SellerRefused, 'status' | 'problem' | 'retryAfterSec'> & { detail: string },
    retryable = false,
  ) {
    const { detail, status, problem, retryAfterSec } = said;
    super(code, detail, { retryable });
    Object.assign(this, { status, problem, retryAfterSec });
  }
}

/** The seller's key is not the one that the CID commits to: with the receipt, a proof for everybody. */
export class WrongKey extends ClientError {
  declare readonly unit: number;
  /** Base64 of what came. */
  declare readonly key: string;
  /** As the seller signed it; `null` where it gave none. */
  declare readonly receipt: object | null;

  constructor(proof: Pick<WrongKey, 'unit' | 'key' | 'receipt'>) {
    super('wrong_key', `The key of unit ${proof.unit} is not the one that the CID names.`);
    Object.assign(this, proof);
  }
}
