import { z } from 'zod';
import { isPrivateKey } from './private-key.ts';
import { address, folder, httpUrl, list, port, variables } from './values.ts';

export const chainConfig = variables({
  dataDir: ['DATA_DIR', folder.default('.data')],
  deploymentsDir: ['DEPLOYMENTS_DIR', folder.default('deployments')],
  devnetPort: ['DEVNET_PORT', port.default(8545)],
  /** Empty: run the embedded development chain. */
  rpcUrls: ['ETH_RPC_URL', list.pipe(z.array(httpUrl)).default([])],
  privateKey: [
    'PRIVATEKEY',
    z
      .string()
      .regex(/^(0x)?[0-9a-fA-F]{64}$/, 'must be 32 bytes in hex')
      .transform((key) => (key.startsWith('0x') ? key : `0x${key}`))
      .refine(isPrivateKey, 'must be above zero and below the order of secp256k1')
      .optional(),
  ],
  contractAddress: ['CONTRACT_ADDRESS', address.optional()],
  /** Tokens that the operator vouches for: they are shown by their own symbols. */
  knownTokens: ['KNOWN_TOKENS', list.pipe(z.array(address)).default([])],
});
