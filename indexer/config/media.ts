import { z } from 'zod';
import { chainConfig } from './chain.ts';
import { address, apiUrl, bytes, httpUrl, list } from './values.ts';

const { ETH_RPC_URL, PRIVATEKEY } = chainConfig.in.shape;
/** As clients name them; that the library of media knows these is seen by the compiler, where a host is put together. */
const STORAGES = ['ipfs', 'ethstorage'] as const;

export const mediaConfig = z
  .object({
    // What is offered by default, and who pays for it, depends on the chain.
    ETH_RPC_URL,
    PRIVATEKEY,
    IPFS_API_URL: apiUrl.optional(),
    IPFS_API_AUTH: z
      .string()
      .regex(/^(Basic|Bearer) [\x21-\x7e]+$/, 'must be "Bearer TOKEN" or "Basic BASE64"')
      .optional(),
    STORAGE: list.pipe(z.array(z.enum(STORAGES, 'must be ipfs, ethstorage or both')).min(1)).optional(),
    ETHSTORAGE_RPC_URL: httpUrl.optional(),
    ETHSTORAGE_DIRECTORY: address.optional(),
    ETHSTORAGE_MAX_BYTES: bytes.optional(),
  })
  .refine(canPay, {
    path: ['PRIVATEKEY'],
    message: 'is the key that pays for files on EthStorage (STORAGE): set it',
  })
  .transform((env) => {
    const offered: readonly (typeof STORAGES)[number][] =
      env.STORAGE ?? (env.ETH_RPC_URL.length === 0 ? STORAGES : ['ipfs']);
    return {
      /** Undefined: media lies in `dataDir`. */
      ipfsApiUrl: env.IPFS_API_URL,
      ipfsApiAuth: env.IPFS_API_AUTH,
      /** Where uploads go that name no storage. */
      defaultStorage: offered[0] ?? 'ipfs',
      offersEthStorage: offered.includes('ethstorage'),
      /** A node of EthStorage, which reads blobs; undefined: the chain's own endpoint. */
      ethStorageRpcUrl: env.ETHSTORAGE_RPC_URL,
      /** The FlatDirectory to use; undefined: this host's own. */
      ethStorageDirectory: env.ETHSTORAGE_DIRECTORY,
      /** Undefined: by what the chain takes. */
      ethStorageMaxBytes: env.ETHSTORAGE_MAX_BYTES,
    };
  });

interface Payment {
  STORAGE?: readonly string[] | undefined;
  ETH_RPC_URL: readonly string[];
  PRIVATEKEY?: string | undefined;
}

/** On the embedded chain EthStorage costs nothing; elsewhere it costs the operator money and has to be asked for. */
function canPay({ STORAGE = [], ETH_RPC_URL, PRIVATEKEY }: Payment): boolean {
  return PRIVATEKEY !== undefined || ETH_RPC_URL.length === 0 || !STORAGE.includes('ethstorage');
}
