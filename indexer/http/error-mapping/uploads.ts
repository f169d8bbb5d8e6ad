import { QuotaExceeded, type QuotaPart, QuotaSpent } from '../../uploads/errors.ts';
import { problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';

/** As the settings call them. */
const QUOTAS: Record<QuotaPart, string> = {
  walletBytes: 'wallet_bytes',
  walletUploads: 'wallet_files',
  hostBytes: 'staged_bytes',
  clientDayBytes: 'ip_day_bytes',
  clientDayUploads: 'ip_day_files',
  chainDayBytes: 'ethstorage_day_bytes',
};

/** What the errors of staging are to a client; undefined for any other error. */
export function stagingProblem(error: unknown): HttpProblem | undefined {
  if (error instanceof QuotaExceeded) {
    const extra = { quota: QUOTAS[error.quota], max_bytes: error.limitBytes };
    return problem('quota_exceeded', error.message, { field: 'file', extra });
  }
  if (error instanceof QuotaSpent) {
    const { quota, limit, left, retryAfterSec } = error;
    const headers = { 'Retry-After': String(retryAfterSec) };
    const extra = { quota: QUOTAS[quota], limit, left, retry_after_sec: retryAfterSec };
    return problem('upload_quota_spent', error.message, { field: 'file', headers, extra });
  }
  return undefined;
}
