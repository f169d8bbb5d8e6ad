import { expect } from 'chai';
import { BrowserProvider, ZeroAddress } from 'ethers';
import { CLIENT_ERROR_CODES, ClientError, SellerRefused } from '../../client/errors.ts';
import { CODES } from '../../indexer/http/problems/codes.ts';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { HostNotUnderstood, HostRefused, HostUnreachable, SessionIgnored } from '../../web/src/api/errors.ts';
import { messageOf } from '../../web/src/contract/error-messages.ts';
import {
  BalanceTooLow,
  NoWallet,
  TransactionFailed,
  TransactionUnknown,
} from '../../web/src/contract/errors.ts';
import { REFUSALS, SALE_TITLES } from '../../web/src/contract/refusal-messages.ts';
import { REVERT_MESSAGES } from '../../web/src/contract/revert-messages.ts';
import { WrongNetwork } from '../../web/src/wallet/network.ts';
import { testProvider } from '../../web/src/wallet/test-wallets.ts';
import { rejection } from '../rejection.ts';

const ETH = { symbol: 'ETH', decimals: 18 };
const refused = (code: string, detail = 'Because.') => new HostRefused({ status: 400, code, detail }, {});

describe('the words for an error', () => {
  it('name who has to let the page write to the development chain', async () => {
    const { fetch } = globalThis;
    const page = globalThis as { location?: unknown };
    page.location = { origin: 'http://localhost:8010' };
    const error = { code: 4100, message: 'Pages may only read this chain.' };
    globalThis.fetch = async () => Response.json({ jsonrpc: '2.0', id: 1, error });
    try {
      const wallet = testProvider('http://127.0.0.1:8545', ZeroAddress);
      const provider = new BrowserProvider(wallet, 31_337, { staticNetwork: true });
      const refused = await rejection(provider.send('eth_sendTransaction', [{}]));
      expect(messageOf(refused)).to.deep.equal({
        title: 'This page may not write to the development chain.',
        advice:
          'The host that has the chain at http://127.0.0.1:8545 has to be started with CORS_ORIGINS=http://localhost:8010. Nothing was sent.',
      });
      provider.destroy();
    } finally {
      globalThis.fetch = fetch;
      delete page.location;
    }
  });

  const cases: [what: string, error: unknown, title: string][] = [
    ['a no in the wallet', { code: 4001, message: 'User rejected' }, 'You said no in the wallet.'],
    [
      'a no that ethers has wrapped',
      { code: 'ACTION_REJECTED', info: { error: { code: 4001 } } },
      'You said no in the wallet.',
    ],
    [
      'a no within an unknown error',
      { code: 'UNKNOWN_ERROR', error: { code: 4001 } },
      'You said no in the wallet.',
    ],
    ['a window that is open already', { code: -32002 }, 'The wallet is still asking.'],
    ['an account that is not shared', { code: 4100 }, 'The wallet does not let this page use the account.'],
    ['a wallet without its chain', { code: 4900 }, 'The chain does not answer.'],
    ['another network', new WrongNetwork(11_155_111, 1), 'The wallet is on another network: Ethereum.'],
    ['too little money', new BalanceTooLow(2n, 1n, ETH), 'The balance is too low.'],
    ['too little money, as a node says it', { code: 'INSUFFICIENT_FUNDS' }, 'The balance is too low.'],
    ['no wallet', new NoWallet(''), 'No wallet is connected.'],
    ['a failed transaction', new TransactionFailed(''), 'The transaction failed in its block.'],
    ['a dropped transaction', new TransactionUnknown(''), 'The chain does not know the transaction.'],
    [
      'a cancelled transaction',
      { code: 'TRANSACTION_REPLACED', cancelled: true },
      'The transaction was cancelled in the wallet.',
    ],
    [
      'a changed price',
      { code: 'CALL_EXCEPTION', revert: { name: 'WrongAmount' } },
      'The price has changed.',
    ],
    [
      'a reason that has no words',
      { code: 'CALL_EXCEPTION', revert: { name: 'LaneTooLarge' } },
      'The contract refused.',
    ],
    ['a refusal without a reason', { code: 'CALL_EXCEPTION' }, 'The contract refused.'],
    [
      'a voucher that is not taken, and blames nobody',
      new ClientError('voucher_conflict', 'Try again.'),
      'The last payment was not taken.',
    ],
    ['a host that is down', new HostUnreachable(''), 'The host does not answer.'],
    [
      'a host that shows no more than to others',
      new SessionIgnored(''),
      'The host shows this to its provider alone.',
    ],
    ['a host of another version', new HostNotUnderstood(''), 'Page and host do not fit together.'],
    ['an unknown video', refused('unknown_content'), 'There is no such video here.'],
    ['another refusal of the host', refused('shares_sum'), 'The host refused.'],
    ['a cancelled upload', new DOMException('', 'AbortError'), 'Cancelled.'],
    [
      'a part of the page that is gone',
      new TypeError('Failed to fetch dynamically imported module: http://localhost/assets/publish-1.js'),
      'A part of the page could not be loaded.',
    ],
    ['anything else', new Error('odd'), 'This did not work.'],
  ];
  for (const [what, error, title] of cases) {
    it(`names ${what}`, () => {
      expect(messageOf(error)).to.include({ title });
    });
  }

  it('names what a host says to a signed deposit', () => {
    const said = (problem: string) => ({ status: 402, problem, retryAfterSec: null, detail: 'Because.' });
    const error = (problem: string) => new SellerRefused('seller_refused', said(problem));
    expect(messageOf(error('deposit_too_small'))).to.deep.equal({
      title: 'It is too little for this host to pay the gas.',
      advice: 'Because.',
    });
    expect(messageOf(error('relay_budget')).title).to.equal(
      'This host has spent its gas for viewers for now.',
    );
    expect(messageOf(error('of_tomorrow')).title).to.equal('The provider sells nothing right now.');
  });

  it('say how much is there and how much is needed', () => {
    const error = new BalanceTooLow(1_500_000_000_000_000n, 20_000_000_000_000n, ETH);
    expect(messageOf(error).advice).to.contain('0.0015 ETH').and.to.contain('0.00002 ETH');
  });

  it("bring the host's own detail", () => {
    expect(messageOf(refused('bad_price', 'A price is above zero.')).advice).to.equal(
      'A price is above zero.',
    );
  });

  it('are short for an error that goes on and on', () => {
    expect(messageOf(new Error('x'.repeat(5_000))).advice).to.have.length(200);
  });
});

/** Only a program can get these wrong, or the deployment. */
const OF_PROGRAMS = [
  'AddressEmptyCode',
  'AuthorizerZero',
  'ContentIndexInvalid',
  'DelaysInvalid',
  'FailedCall',
  'InvalidShortString',
  'LaneTooLarge',
  'ReentrancyGuardReentrantCall',
  'SponsorshipTooLow',
  'StringTooLong',
  'ViewsMalformed',
  'VouchersMalformed',
];

describe('the words for what the contract refuses', () => {
  const names = StreamHost__factory.abi.flatMap((item) => (item.type === 'error' ? [item.name] : []));

  it('are there for each of its errors that a person can meet, and for none that it does not have', () => {
    expect(names).to.include('ContentFree');
    expect([...Object.keys(REVERT_MESSAGES), ...OF_PROGRAMS]).to.have.members(names);
  });
});

/** Only a program can get these wrong: no action of the page leads to them. */
const CODES_OF_PROGRAMS = [
  ...['malformed_request', 'malformed_path', 'malformed_query', 'malformed_body', 'malformed_json'],
  ...['malformed_form', 'unknown_field', 'missing_field', 'invalid_field', 'inexact_number', 'cid_differs'],
  ...['bad_archive', 'bad_address', 'bad_checksum', 'bad_tx_hash', 'bad_content_id', 'bad_channel_id'],
  ...['bad_nonce', 'bad_deadline', 'bad_amount', 'bad_salt', 'authorization_too_long'],
  ...['authorization_too_early', 'bad_signature', 'shares_sum', 'bad_unit', 'bad_token', 'bad_storage'],
  ...['bad_sign_in_message', 'bad_timestamp', 'timestamp_in_future', 'bad_date', 'bad_date_range'],
  ...['bad_limit', 'bad_cursor', 'bad_event_id', 'unknown_part', 'duplicate_part', 'missing_part'],
  ...['not_a_file', 'json_data_first', 'service_worker_refused', 'operator_only', 'chain_mismatch'],
  ...['not_found', 'not_acceptable', 'method_not_allowed', 'not_cached', 'body_too_large'],
  ...['payment_too_large', 'json_data_too_large', 'unsupported_media_type', 'range_not_satisfiable'],
  ...['host_not_allowed', 'headers_too_large', 'bad_stream_id', 'bad_recipient', 'audience_differs'],
  ...['key_not_granted', 'key_request_used', 'bad_upload_header', 'bad_upload_metadata', 'tus_version'],
  ...['upload_offset', 'upload_complete', 'proof_other_stream', 'proof_later', 'proof_other_key'],
  ...['proof_not_signed', 'proof_no_content', 'proof_no_unit', 'proof_right_key'],
  ...['url_elsewhere', 'format_unsupported'],
];
/** Why a video can't be packaged has words of its own: \`NotPackaged\`. */
const CODES_OF_PACKAGING = [
  ...['unknown_format', 'no_video', 'codec_not_playable', 'encrypted', 'damaged', 'key_frames_too_rare'],
  ...['segment_too_large', 'too_long', 'packaging_failed'],
];

describe('the words for what a host or a provider refuses', () => {
  it('are there for each code that a person can meet, and for none that no host has', () => {
    const known = [...Object.keys(REFUSALS), ...CODES_OF_PROGRAMS, ...CODES_OF_PACKAGING];
    const codes = Object.keys(CODES);
    expect(
      codes.filter((code) => !known.includes(code)),
      'without words',
    ).to.deep.equal([]);
    expect(
      known.filter((code) => !codes.includes(code)),
      'of no host',
    ).to.deep.equal([]);
  });

  it('are there for each code of the client library', () => {
    expect(Object.keys(SALE_TITLES)).to.have.members(CLIENT_ERROR_CODES);
  });
});
