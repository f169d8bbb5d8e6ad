import { errorWith, RetryableError } from '../lib/errors.ts';
import type { NoRoom } from '../store/book.ts';
import type { DayQuota } from './types.ts';

/** Whose share an upload takes: of the wallet, of the whole host, of a client (an IP address) and day, of a day. */
export type QuotaPart = NoRoom['spent'] | keyof DayQuota;

/** The file is larger than a quota as a whole: it will never fit. */
export class QuotaExceeded extends errorWith<{ quota: QuotaPart; limitBytes: number }>(
  ({ quota, limitBytes }) => `The file is larger than the ${limitBytes} bytes that ${OF[quota]} may take up.`,
) {}

/** There is no room for the file now. */
export class QuotaSpent extends errorWith<{
  quota: QuotaPart;
  limit: number;
  left: number;
  /** When there is room again, at the soonest. */
  retryAfterSec: number;
}>(({ quota, limit, left }) => {
  const unit = quota.endsWith('Uploads') ? 'uploads' : 'bytes';
  return `Of the ${limit} ${unit} that ${OF[quota]} may take up, ${left} are left: ${WAY_ON[quota]}.`;
}) {}

const OF: Record<QuotaPart, string> = {
  walletBytes: 'a wallet before it publishes',
  walletUploads: 'a wallet before it publishes',
  hostBytes: 'all wallets together before they publish',
  clientDayBytes: 'one IP address in a day',
  clientDayUploads: 'one IP address in a day',
  chainDayBytes: 'all wallets together on EthStorage in a day',
};

const WAY_ON: Record<QuotaPart, string> = {
  walletBytes: 'publish what is uploaded, or delete it',
  walletUploads: 'publish what is uploaded, or delete it',
  hostBytes: 'try again later',
  clientDayBytes: 'try again later',
  clientDayUploads: 'try again later',
  chainDayBytes: 'try again later',
};

/** Texts that were named when the upload began, and come before the file. */
export class CaptionsMissing extends errorWith<{ languages: readonly string[] }>(
  ({ languages }) => `The captions ${languages.join(', ')} are not here yet: they come before the file.`,
) {}

/** Another process is about the upload. */
export class UploadBusy extends RetryableError {
  constructor() {
    super('Another request is about this upload.');
  }
}

/** The upload took so long, or its process was stopped so long, that its place was given up. */
export class UploadLost extends RetryableError {}
