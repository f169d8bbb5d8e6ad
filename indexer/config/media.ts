import { z } from 'zod';
import type { chainVariables } from './chain.ts';
import { address, apiUrl, bytes, httpUrl, list, type Values } from './values.ts';

/** As clients name them; that the library of media knows these is seen by the compiler, where a host is put together. */
const STORAGES = ['ipfs', 'ethstorage'] as const;

export const mediaVariables = {
  IPFS_API_URL: apiUrl.optional(),
  IPFS_API_AUTH: z
    .string()
    .regex(/^(Basic|Bearer) [\x21-\x7e]+$/, 'must be "Bearer TOKEN" or "Basic BASE64"')
    .optional(),
  STORAGE: list.pipe(z.array(z.enum(STORAGES, 'must be ipfs, ethstorage or both')).min(1)).optional(),
  ETHSTORAGE_RPC_URL: httpUrl.optional(),
  ETHSTORAGE_DIRECTORY: address.optional(),
  ETHSTORAGE_MAX_BYTES: bytes.optional(),
};

/** What is offered by default, and who pays, depends on the chain. */
type Env = Values<typeof mediaVariables & Pick<typeof chainVariables, 'ETH_RPC_URL' | 'PRIVATEKEY'>>;

/** On the embedded chain EthStorage costs nothing; elsewhere it costs the operator money and has to be asked for. */
export function mediaConfig(env: Env) {
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
}

/** Whether a key is there to pay for what STORAGE asks for. */
export function canPayForStorage({ STORAGE = [], ETH_RPC_URL, PRIVATEKEY }: Env): boolean {
  return PRIVATEKEY !== undefined || ETH_RPC_URL.length === 0 || !STORAGE.includes('ethstorage');
}
