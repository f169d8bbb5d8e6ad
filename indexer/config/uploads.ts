import { z } from 'zod';
import { bytes, GIB, hours, inSeconds, list, MIB, variables, whole } from './values.ts';

const files = whole('a number of files').positive();
const isHeight = (text: string) =>
  /^\d+$/.test(text) && Number(text) % 2 === 0 && Number(text) >= 144 && Number(text) <= 2_160;
const heights = list
  .refine(
    (all) => all.length <= 6 && all.every(isHeight),
    'must be up to six even numbers of lines, from 144 to 2160',
  )
  .transform((all) => [...new Set(all.map(Number))].sort((a, b) => b - a));
const command = z.string().regex(/^([^/]+|\/.+)$/, 'must be a name on PATH, a whole path, or off');

export const uploadConfig = variables({
  maxUploadBytes: ['MAX_UPLOAD_BYTES', bytes.default(16 * GIB)],
  uploadStageSec: ['UPLOAD_STAGE_HOURS', hours.default(24).transform(inSeconds)],
  /** `null`: none is used. */
  ffmpeg: ['FFMPEG', command.default('ffmpeg').transform((name) => (name === 'off' ? null : name))],
  /** What ffmpeg makes of protected uploads beside them; the largest first. */
  renditions: ['RENDITIONS', heights.default([])],
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
