import type { Answers, Named, Rows } from './answers.ts';
import type { Bought } from './life.ts';

/** The last one before stops, images and upgrades were looked after: the parent of `bfd233ef`. */
export const COMMIT = '2fc19902';
export const SEPOLIA = 11_155_111;
/** What is final is two blocks old, and one comes each second. */
export const ANVIL_ARGS = ['--slots-in-an-epoch', '1', '--mixed-mining', '--block-time', '1'];
/** Then and now: its streams are registered with this address, and nothing is claimed meanwhile. */
export const HOST_ENV = {
  ...{ PUBLIC_URL: 'https://video.example', CLAIM: 'off', RELAY: 'open' },
  ...{ RATE_LIMIT_READS_PER_MIN: '0', RATE_LIMIT_WRITES_PER_MIN: '0', RATE_LIMIT_UPLOADS_PER_MIN: '0' },
};

/** What the older version answered at the end, and held. */
export interface Lived {
  commit: string;
  named: Named;
  bought: Bought;
  answers: Answers;
  rows: Rows;
}
