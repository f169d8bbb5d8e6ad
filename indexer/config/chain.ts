import { z } from 'zod';
import { isPrivateKey } from './private-key.ts';
import { address, folder, httpUrl, list, port } from './values.ts';

export const chainConfig = z
  .object({
    DATA_DIR: folder.default('.data'),
    DEPLOYMENTS_DIR: folder.default('deployments'),
    DEVNET_PORT: port.default(8545),
    ETH_RPC_URL: list.pipe(z.array(httpUrl)).default([]),
    PRIVATEKEY: z
      .string()
      .regex(/^(0x)?[0-9a-fA-F]{64}$/, 'must be 32 bytes in hex')
      .transform((key) => (key.startsWith('0x') ? key : `0x${key}`))
      .refine(isPrivateKey, 'must be above zero and below the order of secp256k1')
      .optional(),
    CONTRACT_ADDRESS: address.optional(),
    KNOWN_TOKENS: list.pipe(z.array(address)).default([]),
  })
  .transform((env) => ({
    dataDir: env.DATA_DIR,
    deploymentsDir: env.DEPLOYMENTS_DIR,
    devnetPort: env.DEVNET_PORT,
    /** Empty: run the embedded development chain. */
    rpcUrls: env.ETH_RPC_URL,
    privateKey: env.PRIVATEKEY,
    contractAddress: env.CONTRACT_ADDRESS,
    /** Tokens that the operator vouches for: they are shown by their own symbols. */
    knownTokens: env.KNOWN_TOKENS,
  }));
