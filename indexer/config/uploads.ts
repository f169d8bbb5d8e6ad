import { z } from 'zod';
import { bytes, GIB, hours, MIB, whole } from './values.ts';

const files = whole('a number of files').positive();

export const uploadConfig = z
  .object({
    MAX_UPLOAD_BYTES: bytes.default(16 * GIB),
    UPLOAD_STAGE_HOURS: hours.default(24),
    UPLOAD_WALLET_BYTES: bytes.default(32 * GIB),
    UPLOAD_WALLET_FILES: files.default(20),
    UPLOAD_IP_DAY_BYTES: bytes.default(32 * GIB),
    UPLOAD_IP_DAY_FILES: files.default(100),
    UPLOAD_STAGED_BYTES: bytes.default(128 * GIB),
    ETHSTORAGE_DAY_BYTES: bytes.default(16 * MIB),
  })
  .transform((env) => ({
    maxUploadBytes: env.MAX_UPLOAD_BYTES,
    uploadStageSec: env.UPLOAD_STAGE_HOURS * 3_600,
    uploadQuota: {
      walletBytes: env.UPLOAD_WALLET_BYTES,
      walletUploads: env.UPLOAD_WALLET_FILES,
      clientDayBytes: env.UPLOAD_IP_DAY_BYTES,
      clientDayUploads: env.UPLOAD_IP_DAY_FILES,
      hostBytes: env.UPLOAD_STAGED_BYTES,
      chainDayBytes: env.ETHSTORAGE_DAY_BYTES,
    },
  }));
