import { z } from 'zod';
import { chainConfig } from './chain.ts';
import { address, apiUrl, bytes, httpUrl, list, variables } from './values.ts';

const { ETH_RPC_URL, PRIVATEKEY } = chainConfig.in.shape;
/** As clients name them; that the library of media knows these is seen by the compiler, where a host is put together. */
const STORAGES = ['ipfs', 'ethstorage'] as const;

export const mediaConfig = variables({
  // What is offered by default, and who pays for it, depends on the chain.
  rpcUrls: ['ETH_RPC_URL', ETH_RPC_URL],
  privateKey: ['PRIVATEKEY', PRIVATEKEY],
  /** Undefined: media lies in `dataDir`. */
  ipfsApiUrl: ['IPFS_API_URL', apiUrl.optional()],
  ipfsApiAuth: [
    'IPFS_API_AUTH',
    z
      .string()
      .regex(/^(Basic|Bearer) [\x21-\x7e]+$/, 'must be "Bearer TOKEN" or "Basic BASE64"')
      .optional(),
  ],
  storage: [
    'STORAGE',
    list.pipe(z.array(z.enum(STORAGES, 'must be ipfs, ethstorage or both')).min(1)).optional(),
  ],
  /** A node of EthStorage, which reads blobs; undefined: the chain's own endpoint. */
  ethStorageRpcUrl: ['ETHSTORAGE_RPC_URL', httpUrl.optional()],
  /** The FlatDirectory to use; undefined: this host's own. */
  ethStorageDirectory: ['ETHSTORAGE_DIRECTORY', address.optional()],
  /** Undefined: by what the chain takes. */
  ethStorageMaxBytes: ['ETHSTORAGE_MAX_BYTES', bytes.optional()],
})
  // On the embedded chain EthStorage costs nothing; elsewhere it costs the operator money and has to be asked for.
  .refine(
    ({ storage = [], rpcUrls, privateKey }) =>
      privateKey !== undefined || rpcUrls.length === 0 || !storage.includes('ethstorage'),
    { path: ['PRIVATEKEY'], message: 'is the key that pays for files on EthStorage (STORAGE): set it' },
  )
  .transform(({ storage, ...rest }) => {
    const offered = storage ?? (rest.rpcUrls.length === 0 ? STORAGES : ['ipfs' as const]);
    return {
      ...rest,
      /** Where uploads go that name no storage. */
      defaultStorage: offered[0] ?? 'ipfs',
      offersEthStorage: offered.includes('ethstorage'),
    };
  });
