import type { Code } from '../../../indexer/http/problems/codes.ts';
import { CID, CREATOR, NATIVE, PROVIDER, REGISTRATION, REPORT, UPLOAD, VIEWER } from './api.ts';

/** A change of a good request that makes it a bad one. */
export type Fault = [name: string, change: Record<string, unknown>, code: Code, field: string];

/** CREATOR with one letter in the other case. */
export const WRONG_CHECKSUM = CREATOR.replace('dc79C8', 'dC79C8');

const badWallet = (field: string): Fault[] => [
  ['a placeholder', { [field]: '0x1234' }, 'bad_address', field],
  ['a name instead of an address', { [field]: 'alice.eth' }, 'bad_address', field],
  ['no 0x', { [field]: CREATOR.slice(2) }, 'bad_address', field],
  ['a wrong checksum', { [field]: WRONG_CHECKSUM }, 'bad_checksum', field],
  ['a number', { [field]: 5 }, 'bad_address', field],
  ['the zero address', { [field]: NATIVE }, 'bad_address', field],
  ['null', { [field]: null }, 'bad_address', field],
  ['nothing', { [field]: undefined }, 'missing_field', field],
];

const badCid: Fault[] = [
  ['a placeholder', { cid: 'Qm123' }, 'bad_cid', 'cid'],
  ['an empty text', { cid: '' }, 'bad_cid', 'cid'],
  ['one character too many', { cid: `${CID}x` }, 'bad_cid', 'cid'],
  ['a short EthStorage address', { cid: '0x1234' }, 'bad_cid', 'cid'],
  ['thousands of characters', { cid: 'b'.repeat(5_000) }, 'bad_cid', 'cid'],
  ['a list', { cid: [CID] }, 'bad_cid', 'cid'],
  ['nothing', { cid: undefined }, 'missing_field', 'cid'],
];

const badPrice: Fault[] = [
  ['words', { price: 'cheap' }, 'bad_price', 'price'],
  ['a negative number', { price: -0.001 }, 'bad_price', 'price'],
  ['an exponent in text', { price: '1e-3' }, 'bad_price', 'price'],
  ['a comma', { price: '0,001' }, 'bad_price', 'price'],
  ['an empty text', { price: '' }, 'bad_price', 'price'],
  ['true', { price: true }, 'bad_price', 'price'],
  ['19 decimals', { price: '0.0000000000000000001' }, 'price_decimals', 'price'],
  ['a number with 19 decimals', { price: 1e-19 }, 'price_decimals', 'price'],
  ['one base unit above 72 bits', { price: '4722.366482869645213696' }, 'price_too_large', 'price'],
  ['nothing', { price: undefined }, 'missing_field', 'price'],
];

const badTerms: Fault[] = [
  ...badWallet('content_creator_wallet'),
  ...badPrice,
  ['an empty name', { video_name: '' }, 'bad_video_name', 'video_name'],
  ['a blank name', { video_name: '  ' }, 'bad_video_name', 'video_name'],
  ['a name of 257 bytes', { video_name: `${'é'.repeat(128)}x` }, 'bad_video_name', 'video_name'],
  ['half a character', { video_name: '\ud83c' }, 'bad_video_name', 'video_name'],
  ['a name that holds NUL', { video_name: 'a\0b' }, 'bad_video_name', 'video_name'],
  ['a name in two lines', { video_name: 'one\ntwo' }, 'bad_video_name', 'video_name'],
  ['a name of invisible characters', { video_name: '\u200b\u2060\ufeff' }, 'bad_video_name', 'video_name'],
  ['a name that shows another', { video_name: 'a\u202e4pm.exe' }, 'bad_video_name', 'video_name'],
  ['no name', { video_name: undefined }, 'missing_field', 'video_name'],
  ['a share above 100', { creator_share: 101, provider_share: -1 }, 'bad_share', 'creator_share'],
  ['a negative share', { creator_share: -1 }, 'bad_share', 'creator_share'],
  ['a share with three decimals', { provider_share: 33.333 }, 'bad_share', 'provider_share'],
  ['a share in words', { provider_share: 'half' }, 'bad_share', 'provider_share'],
  ['no share', { provider_share: undefined }, 'missing_field', 'provider_share'],
  ['shares of 99.99', { creator_share: 69.99 }, 'shares_sum', 'provider_share'],
  ['shares of 101', { creator_share: 71 }, 'shares_sum', 'provider_share'],
  ['a token that is no address', { token: 'USDC' }, 'bad_address', 'token'],
  ['a token that is no contract', { token: VIEWER }, 'bad_token', 'token'],
  ['an unknown field', { prize: 1 }, 'unknown_field', 'prize'],
  ['a field of every object', { constructor: 1 }, 'unknown_field', 'constructor'],
];

const badUrl: Fault[] = [
  'ftp://localhost/a',
  'javascript:alert(1)',
  'localhost:9000/stream',
  '/stream',
  'http://user:secret@localhost/',
  'http://local host/',
  'http://localhost/\n',
  'http://localhost/\u200b',
  'http://local\u00adhost/',
  'http://localhost/\u202egpj',
  'http://localhost/\0',
  `http://localhost/${'x'.repeat(2_048)}`,
  '',
].map((url) => [JSON.stringify(url.slice(0, 40)), { stream_url: url }, 'bad_url', 'stream_url']);

const badTimestamp: Fault[] = [
  '2023-07-31',
  '2023-07-31T12:00:00 Z',
  '2023',
  '20230731',
  '2023-02-30T12:00:00Z',
  '2023-07-31T25:00:00Z',
  'yesterday',
  '-1690804800',
  '1690804800.5',
  -1,
  1.5,
  true,
].map((timestamp) => [JSON.stringify(timestamp), { timestamp }, 'bad_timestamp', 'timestamp']);

const badStorage: Fault[] = [
  ['a storage nobody knows', { storage: 's3' }, 'bad_storage', 'storage'],
  ['a list of storages', { storage: ['ipfs'] }, 'bad_storage', 'storage'],
];

/** As its viewer would sign it, but for the signature. */
export const DEPOSIT = {
  viewer: VIEWER,
  provider: PROVIDER,
  token: CREATOR,
  authorizer: CREATOR,
  salt: `0x${'01'.repeat(32)}`,
  amount: '5000000',
  valid_after: '0',
  valid_before: 1_795_570_351,
  authorization_salt: `0x${'02'.repeat(32)}`,
  signature: `0x${'5a'.repeat(65)}`,
};

const badNumber = (field: string, code: Code): Fault[] => [
  ['words', { [field]: 'much' }, code, field],
  ['a fraction', { [field]: 1.5 }, code, field],
  ['a negative number', { [field]: -1 }, code, field],
  ['an empty text', { [field]: '' }, code, field],
  ['79 digits', { [field]: '1'.repeat(79) }, code, field],
  ['null', { [field]: null }, code, field],
];
const badSalt = (field: string): Fault[] => [
  ['a number as a salt', { [field]: 5 }, 'bad_salt', field],
  ['a short salt', { [field]: '0x01' }, 'bad_salt', field],
  ['a salt without 0x', { [field]: '01'.repeat(32) }, 'bad_salt', field],
];

/** Every call that writes: a good request, and all that can be wrong with it. */
export const ENDPOINTS: [path: string, body: Record<string, unknown>, faults: Fault[]][] = [
  ['/upload-content', UPLOAD, [...badTerms, ...badStorage]],
  [
    '/upload-content-web3',
    UPLOAD,
    [...badTerms, ...badStorage, ['another storage', { storage: 'ipfs' }, 'bad_storage', 'storage']],
  ],
  [
    '/register',
    REGISTRATION,
    [...badCid, ...badTerms, ...badWallet('content_distributor_wallet'), ...badUrl],
  ],
  [
    '/deregister',
    { cid: CID, content_distributor_wallet: PROVIDER },
    [
      ...badCid,
      ...badWallet('content_distributor_wallet'),
      ['the zero address', { creator: NATIVE }, 'bad_address', 'creator'],
      ['an unknown field', { wallet: PROVIDER }, 'unknown_field', 'wallet'],
    ],
  ],
  [
    '/api/record-view',
    REPORT,
    [
      ...badCid,
      ...badWallet('blockchain_address'),
      ...badWallet('provider_wallet'),
      ...badWallet('creator_wallet'),
      ...badPrice,
      ...badTimestamp,
      ['no timestamp', { timestamp: undefined }, 'missing_field', 'timestamp'],
      ['a time in milliseconds', { timestamp: 1_690_804_800_000 }, 'timestamp_in_future', 'timestamp'],
      ['a short transaction hash', { tx_hash: '0x1234' }, 'bad_tx_hash', 'tx_hash'],
      ['an unknown field', { viewer: VIEWER }, 'unknown_field', 'viewer'],
    ],
  ],
  [
    '/channels',
    DEPOSIT,
    [
      ...badWallet('viewer'),
      ...badWallet('provider'),
      ...badWallet('authorizer'),
      ['a token that is no address', { token: 'USDC' }, 'bad_address', 'token'],
      ['no token', { token: undefined }, 'missing_field', 'token'],
      ...badSalt('salt'),
      ['no salt', { salt: undefined }, 'missing_field', 'salt'],
      ...badNumber('amount', 'bad_amount'),
      ['no amount', { amount: undefined }, 'missing_field', 'amount'],
      ...badNumber('valid_after', 'bad_deadline'),
      ...badNumber('valid_before', 'bad_deadline'),
      ...badSalt('authorization_salt'),
      ['a signature of 63 bytes', { signature: `0x${'5a'.repeat(63)}` }, 'bad_signature', 'signature'],
      ['a signature of 66 bytes', { signature: `0x${'5a'.repeat(66)}` }, 'bad_signature', 'signature'],
      ['an unknown field', { epoch: 1 }, 'unknown_field', 'epoch'],
    ],
  ],
];

/** The same of what a viewer leaves a channel by. */
export const EXIT_FAULTS: Fault[] = [
  ...badNumber('nonce', 'bad_nonce'),
  ...badNumber('deadline', 'bad_deadline'),
  ['no hex', { signature: 'yes' }, 'bad_signature', 'signature'],
  ['a contract that is no address', { contract: '0x1234' }, 'bad_address', 'contract'],
  ['words for yes', { cancel: 'yes' }, 'invalid_field', 'cancel'],
  ['a number for yes', { finalize: 1 }, 'invalid_field', 'finalize'],
  ['an unknown field', { viewer: VIEWER }, 'unknown_field', 'viewer'],
];
