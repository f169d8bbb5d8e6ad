import { isAddress } from 'ethers';
import { z } from 'zod';
import { STORAGE_NAMES } from './storage/library.ts';

/** The host's whole configuration: read once from the environment, frozen, passed down. */
export type Config = Readonly<z.infer<typeof schema>>;

/** Every key that is wrong, at once, so that a person fixes `.env` in one go. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(problems: string[]) {
    super(`Configuration is wrong:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    this.problems = problems;
  }
}

const port = z.coerce.number('must be a port number').int().min(0).max(65_535);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const httpUrl = z
  .string()
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'must be an http(s) URL');
const origin = z
  .string()
  .refine(
    (text) => text === '*' || URL.parse(text)?.origin === text,
    'must be an origin such as http://localhost:3000',
  );

const schema = z
  .object({
    PORT: port.default(8000),
    HOST: z.string().default('127.0.0.1'),
    DATA_DIR: z.string().default('.data'),
    DEVNET_PORT: port.default(8545),
    ETH_RPC_URL: list.pipe(z.array(httpUrl)).default([]),
    PRIVATEKEY: z
      .string()
      .regex(/^(0x)?[0-9a-fA-F]{64}$/, 'must be 32 bytes in hex')
      .transform((key) => (key.startsWith('0x') ? key : `0x${key}`))
      .optional(),
    CONTRACT_ADDRESS: z.string().refine(isAddress, 'must be an address with a right checksum').optional(),
    CORS_ORIGINS: list.pipe(z.array(origin)).default(['http://localhost:3000']),
    MAX_UPLOAD_BYTES: z.coerce
      .number('must be a number of bytes')
      .int()
      .positive()
      .default(16 * 1024 ** 3),
    SPONSOR_BATCH_GAS: z.coerce
      .number('must be an amount of gas')
      .int()
      .min(100_000)
      .max(16_777_216, 'must be at most 16777216 (EIP-7825)')
      .default(16_777_216),
    STORAGE: list.pipe(z.array(z.enum(STORAGE_NAMES, 'must be ipfs, ethstorage or both')).min(1)).optional(),
    ETHSTORAGE_RPC_URL: httpUrl.optional(),
    ETHSTORAGE_DIRECTORY: z.string().refine(isAddress, 'must be an address with a right checksum').optional(),
    ETHSTORAGE_MAX_BYTES: z.coerce.number('must be a number of bytes').int().positive().optional(),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  })
  .refine(({ STORAGE, ETH_RPC_URL, PRIVATEKEY }) => mayPay(STORAGE ?? [], ETH_RPC_URL, PRIVATEKEY), {
    path: ['PRIVATEKEY'],
    message: 'is the key that pays for files on EthStorage (STORAGE): set it',
  })
  .transform((env) => ({
    port: env.PORT,
    host: env.HOST,
    dataDir: env.DATA_DIR,
    devnetPort: env.DEVNET_PORT,
    /** Empty: run the embedded development chain. */
    rpcUrls: env.ETH_RPC_URL,
    privateKey: env.PRIVATEKEY,
    contractAddress: env.CONTRACT_ADDRESS,
    corsOrigins: env.CORS_ORIGINS,
    maxUploadBytes: env.MAX_UPLOAD_BYTES,
    ...storages(env.STORAGE, env.ETH_RPC_URL),
    /** A node of EthStorage, which reads blobs; undefined: the chain's own endpoint. */
    ethStorageRpcUrl: env.ETHSTORAGE_RPC_URL,
    /** The FlatDirectory to use; undefined: this host's own. */
    ethStorageDirectory: env.ETHSTORAGE_DIRECTORY,
    /** Undefined: by what the chain takes. */
    ethStorageMaxBytes: env.ETHSTORAGE_MAX_BYTES,
    sponsorBatchGas: BigInt(env.SPONSOR_BATCH_GAS),
    logLevel: env.LOG_LEVEL,
  }));

type Storages = readonly (typeof STORAGE_NAMES)[number][];

/** On the embedded chain EthStorage costs nothing; elsewhere it costs the operator money and has to be asked for. */
function storages(named: Storages | undefined, rpcUrls: readonly string[]) {
  const offered: Storages = named ?? (rpcUrls.length === 0 ? STORAGE_NAMES : ['ipfs']);
  return {
    /** Where uploads go that name no storage. */
    defaultStorage: offered[0] ?? 'ipfs',
    offersEthStorage: offered.includes('ethstorage'),
  };
}

function mayPay(named: Storages, rpcUrls: readonly string[], key: string | undefined): boolean {
  return key !== undefined || rpcUrls.length === 0 || !named.includes('ethstorage');
}

/**
 * @param env such as `process.env`; a blank variable counts as unset.
 * @throws {ConfigError} naming every wrong key.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const result = schema.safeParse(set);
  if (!result.success) {
    throw new ConfigError(
      result.error.issues.map((issue) => `${issue.path[0]?.toString() ?? '?'}: ${issue.message}`),
    );
  }
  return Object.freeze(result.data);
}
