import { z } from 'zod';

/** What no host reads: `npx hardhat deploy --verify` and docs/examples/watch.mjs do. */
export const toolConfig = z.object({
  ETHERSCAN_API_KEY: z.string().optional(),
  SOURCIFY_URL: z.string().optional(),
  VIEWER_KEY: z.string().optional(),
});
