import { bytes, GIB, hours, inSeconds, MIB, variables, whole } from './values.ts';

const files = whole('a number of files').positive();

export const uploadConfig = variables({
  maxUploadBytes: ['MAX_UPLOAD_BYTES', bytes.default(16 * GIB)],
  uploadStageSec: ['UPLOAD_STAGE_HOURS', hours.default(24).transform(inSeconds)],
});

/** What waits for its publication, or comes in a day, at most. */
export const quotaConfig = variables({
  walletBytes: ['UPLOAD_WALLET_BYTES', bytes.default(32 * GIB)],
  walletUploads: ['UPLOAD_WALLET_FILES', files.default(20)],
  clientDayBytes: ['UPLOAD_IP_DAY_BYTES', bytes.default(32 * GIB)],
  clientDayUploads: ['UPLOAD_IP_DAY_FILES', files.default(100)],
  hostBytes: ['UPLOAD_STAGED_BYTES', bytes.default(128 * GIB)],
  chainDayBytes: ['ETHSTORAGE_DAY_BYTES', bytes.default(16 * MIB)],
}).transform((uploadQuota) => ({ uploadQuota }));
