import { z } from 'zod';
import { BaseError } from '../lib/errors.ts';
import { STORAGE_NAMES } from '../media/library.ts';
import { isPrivateKey } from './private-key.ts';
import {
  address,
  apiUrl,
  bytes,
  files,
  folder,
  GIB,
  gas,
  host,
  httpUrl,
  list,
  MIB,
  origin,
  perMinute,
  port,
  redisUrl,
} from './values.ts';

/** The host's whole configuration: read once from the environment, frozen, passed down. */
export type Config = Readonly<z.infer<typeof schema>>;

/** Every key that is wrong, at once, so that a person fixes `.env` in one go. */
export class ConfigError extends BaseError {
  readonly problems: readonly string[];
  constructor(problems: string[]) {
    super(`Configuration is wrong:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    this.problems = problems;
  }
}

const schema = z
  .object({
    PORT: port.default(8000),
    HOST: host.default('127.0.0.1'),
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
    PROVIDER_WALLET: address.optional(),
    CORS_ORIGINS: list.pipe(z.array(origin)).default(['http://localhost:3000']),
    OPEN_GATEWAY: z
      .enum(['0', '1'], 'must be 0 or 1')
      .transform((flag) => flag === '1')
      .default(false),
    RELAY: z.enum(['off', 'allowlist', 'open']).default('allowlist'),
    RELAY_ALLOWLIST: list.pipe(z.array(address)).readonly().default([]),
    RELAY_GAS_PER_DAY: gas.default(20_000_000n),
    RELAY_GAS_PER_WALLET: gas.default(2_000_000n),
    RELAY_GAS_PER_IP: gas.default(4_000_000n),
    PUBLIC_URL: httpUrl.optional(),
    SESSION_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
    SESSION_HOURS: z.coerce.number('must be a number of hours').int().min(1).max(720).default(24),
    MAX_UPLOAD_BYTES: bytes.default(16 * GIB),
    UPLOAD_STAGE_HOURS: z.coerce.number('must be a number of hours').int().min(1).max(720).default(24),
    UPLOAD_WALLET_BYTES: bytes.default(32 * GIB),
    UPLOAD_WALLET_FILES: files.default(20),
    UPLOAD_IP_DAY_BYTES: bytes.default(32 * GIB),
    UPLOAD_IP_DAY_FILES: files.default(100),
    UPLOAD_STAGED_BYTES: bytes.default(128 * GIB),
    MAX_CONNECTIONS: z.coerce.number('must be a number of connections').int().min(1).default(1_000),
    MEDIA_READS_PER_IP: z.coerce.number('must be a number of files').int().min(0).default(128),
    MAX_CONNECTIONS_PER_ADDRESS: z.coerce.number('must be a number of connections').int().min(1).default(200),
    IPFS_API_URL: apiUrl.optional(),
    IPFS_API_AUTH: z
      .string()
      .regex(/^(Basic|Bearer) [\x21-\x7e]+$/, 'must be "Bearer TOKEN" or "Basic BASE64"')
      .optional(),
    RESPONSE_CACHE_BYTES: z.coerce
      .number('must be a number of bytes')
      .int()
      .min(0)
      .default(128 * 1024 ** 2),
    LOG_READY_ANSWERS: z
      .enum(['0', '1'], 'must be 0 or 1')
      .transform((flag) => flag === '1')
      .default(false),
    EVENTS_MAX_CLIENTS_PER_ADDRESS: z.coerce.number('must be a number of clients').int().min(0).default(100),
    EVENTS_MAX_CLIENTS: z.coerce.number('must be a number of clients').int().min(0).default(1_000),
    SPONSOR_BATCH_GAS: z.coerce
      .number('must be an amount of gas')
      .int()
      .min(100_000)
      .max(16_777_216, 'must be at most 16777216 (EIP-7825)')
      .default(16_777_216),
    TRUST_PROXY: z.coerce.number('must be a number of proxies').int().min(0).max(16).default(0),
    RATE_LIMIT_READS_PER_MIN: perMinute.optional(),
    RATE_LIMIT_WRITES_PER_MIN: perMinute.optional(),
    RATE_LIMIT_UPLOADS_PER_MIN: perMinute.optional(),
    REDIS_URL: list
      .pipe(z.array(redisUrl))
      .refine(
        (urls) => new Set(urls.map((url) => URL.parse(url)?.protocol)).size <= 1,
        'must not mix redis:// and rediss://',
      )
      .default([]),
    STORAGE: list.pipe(z.array(z.enum(STORAGE_NAMES, 'must be ipfs, ethstorage or both')).min(1)).optional(),
    ETHSTORAGE_RPC_URL: httpUrl.optional(),
    ETHSTORAGE_DIRECTORY: address.optional(),
    ETHSTORAGE_MAX_BYTES: bytes.optional(),
    ETHSTORAGE_DAY_BYTES: bytes.default(16 * MIB),
    KNOWN_TOKENS: list.pipe(z.array(address)).default([]),
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
    deploymentsDir: env.DEPLOYMENTS_DIR,
    devnetPort: env.DEVNET_PORT,
    /** Empty: run the embedded development chain. */
    rpcUrls: env.ETH_RPC_URL,
    privateKey: env.PRIVATEKEY,
    contractAddress: env.CONTRACT_ADDRESS,
    /** Who earns by what this host serves; undefined: the operator. */
    providerWallet: env.PROVIDER_WALLET,
    corsOrigins: env.CORS_ORIGINS,
    publicUrl: env.PUBLIC_URL,
    /** Unset: one that the records keep. */
    sessionSecret: env.SESSION_SECRET,
    sessionSec: env.SESSION_HOURS * 3_600,
    maxUploadBytes: env.MAX_UPLOAD_BYTES,
    /** Media that is sold is served without payment, too. */
    openGateway: env.OPEN_GATEWAY,
    /** Whose signed calls are submitted at the operator's expense, and how much gas they may take a day. */
    relay: {
      mode: env.RELAY,
      allowlist: env.RELAY_ALLOWLIST,
      gasPerDay: env.RELAY_GAS_PER_DAY,
      gasPerWallet: env.RELAY_GAS_PER_WALLET,
      gasPerClient: env.RELAY_GAS_PER_IP,
    },
    uploadStageSec: env.UPLOAD_STAGE_HOURS * 3_600,
    uploadQuota: {
      walletBytes: env.UPLOAD_WALLET_BYTES,
      walletUploads: env.UPLOAD_WALLET_FILES,
      clientDayBytes: env.UPLOAD_IP_DAY_BYTES,
      clientDayUploads: env.UPLOAD_IP_DAY_FILES,
      hostBytes: env.UPLOAD_STAGED_BYTES,
      chainDayBytes: env.ETHSTORAGE_DAY_BYTES,
    },
    maxConnections: env.MAX_CONNECTIONS,
    maxConnectionsPerClient: env.MAX_CONNECTIONS_PER_ADDRESS,
    mediaReadsPerClient: env.MEDIA_READS_PER_IP,
    /** Undefined: media lies in `dataDir`. */
    ipfsApiUrl: env.IPFS_API_URL,
    ipfsApiAuth: env.IPFS_API_AUTH,
    maxEventClients: env.EVENTS_MAX_CLIENTS,
    maxEventClientsPerAddress: env.EVENTS_MAX_CLIENTS_PER_ADDRESS,
    responseCacheBytes: env.RESPONSE_CACHE_BYTES,
    logReadyAnswers: env.LOG_READY_ANSWERS,
    ...storages(env.STORAGE, env.ETH_RPC_URL),
    /** A node of EthStorage, which reads blobs; undefined: the chain's own endpoint. */
    ethStorageRpcUrl: env.ETHSTORAGE_RPC_URL,
    /** The FlatDirectory to use; undefined: this host's own. */
    ethStorageDirectory: env.ETHSTORAGE_DIRECTORY,
    /** Undefined: by what the chain takes. */
    ethStorageMaxBytes: env.ETHSTORAGE_MAX_BYTES,
    sponsorBatchGas: BigInt(env.SPONSOR_BATCH_GAS),
    /** Proxies in front, whose X-Forwarded-For is believed. */
    trustedProxies: env.TRUST_PROXY,
    /** Calls a minute; 0 is no limit, undefined what fits the chain. */
    rateLimits: {
      reads: env.RATE_LIMIT_READS_PER_MIN,
      writes: env.RATE_LIMIT_WRITES_PER_MIN,
      uploads: env.RATE_LIMIT_UPLOADS_PER_MIN,
    },
    /** Empty: live streams and limits in memory. Several: nodes of one cluster. */
    redisUrls: env.REDIS_URL,
    /** Tokens that the operator vouches for: they are shown by their own symbols. */
    knownTokens: env.KNOWN_TOKENS,
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
