import { HttpProblem, type ProblemInit } from './problem.ts';

/**
 * Every `code` a problem can carry: its status and what it says. Codes are part of the contract with clients: they
 * may be added, never renamed. Shown at `/docs/problems`.
 */
export const CODES = {
  malformed_request: [400, 'Not HTTP/1.1'],
  malformed_path: [400, 'The path cannot be decoded'],
  malformed_json: [400, 'The body is not a JSON object'],
  malformed_form: [400, 'The multipart form cannot be read'],
  unknown_field: [400, 'The request has a field that this call does not take'],
  missing_field: [400, 'A required field is missing'],
  invalid_field: [400, 'A field has a value that this call does not take'],
  bad_cid: [400, 'Neither an IPFS CID nor an EthStorage address'],
  bad_address: [400, 'Not an Ethereum address'],
  bad_checksum: [400, 'An address in mixed case whose checksum is wrong'],
  bad_tx_hash: [400, 'Not a transaction hash'],
  bad_nonce: [400, 'Not a number of 256 bits in decimal'],
  bad_deadline: [400, 'Not a Unix time in seconds'],
  bad_signature: [400, 'Not a signature: hex of 65 to 4096 bytes'],
  bad_share: [400, 'Not a percentage from 0 to 100 with at most two decimals'],
  shares_sum: [400, 'The shares do not add up to 100'],
  bad_price: [400, 'Not a plain decimal amount'],
  price_zero: [400, 'The price is zero'],
  price_decimals: [400, 'The price has more decimals than its coin'],
  price_too_large: [400, 'The price is above what the contract can hold'],
  bad_token: [400, 'The token is no ERC-20 contract on this chain'],
  bad_metadata: [400, 'Text that is longer than 4096 bytes'],
  bad_storage: [400, 'Not a storage that this host offers'],
  bad_video_name: [400, 'A name that is empty or longer than 256 bytes'],
  bad_url: [400, 'Not an http(s) URL without credentials of at most 2048 bytes'],
  url_not_public: [400, 'The URL does not name a host of the public internet'],
  bad_sign_in_message: [400, 'Not a message of Sign-In with Ethereum (EIP-4361)'],
  bad_timestamp: [400, 'Not an ISO 8601 time with its zone, nor Unix seconds'],
  timestamp_in_future: [400, 'The time of the view lies in the future'],
  bad_date: [400, 'Not a date (YYYY-MM-DD)'],
  bad_date_range: [400, 'The last day is before the first'],
  bad_limit: [400, 'Not a whole number from 1 to 1000'],
  bad_cursor: [400, 'Not a cursor that a previous page returned'],
  bad_event_id: [400, 'Not the id of an event'],
  unknown_part: [400, 'The form has a part that an upload does not take'],
  duplicate_part: [400, 'The form has a part twice'],
  missing_part: [400, 'The form lacks a part'],
  not_a_file: [400, 'The part is text where a file is expected'],
  empty_file: [400, 'The uploaded file is empty'],
  upload_aborted: [400, 'The client went away before the end'],
  service_worker_refused: [400, 'Service workers are not served from /ipfs'],
  signature_required: [401, 'Acting for a wallet needs that wallet: sign what is shown, or send it'],
  signature_invalid: [401, 'Not a signature of this wallet over what it says it signed'],
  signature_expired: [401, 'The signature is past its deadline, or too close to it'],
  relay_not_allowed: [403, 'This host does not submit calls of this wallet'],
  sign_in_required: [401, 'This needs a wallet that is signed in'],
  session_invalid: [401, 'The token is no session of this host'],
  session_expired: [401, 'The session is over'],
  domain_mismatch: [401, 'The message signs in elsewhere'],
  chain_mismatch: [401, 'The message is for another chain'],
  nonce_invalid: [401, 'The nonce is not one of this host, is over, or has been used'],
  message_expired: [401, 'The message to sign in is too old'],
  message_not_yet_valid: [401, 'The message to sign in is for later'],
  wallet_mismatch: [403, 'Another wallet is signed in than the one this acts for'],
  origin_not_allowed: [403, 'A page of this origin may not write here'],
  not_found: [404, 'No such path'],
  unknown_content: [404, 'Nobody has listed this content'],
  unknown_stream: [404, 'The provider does not serve this content'],
  unknown_upload: [404, 'The wallet has no such upload that waits for its publication'],
  media_not_found: [404, 'The file is not stored on this host'],
  method_not_allowed: [405, 'The path does not take this method'],
  nonce_used: [409, 'The nonce of the signature is used, and what was signed is not so'],
  content_unpublished: [409, 'The creator has to publish the content first'],
  request_timeout: [408, 'The request arrives too slowly'],
  terms_differ: [409, 'The terms differ from those in force on chain'],
  price_differs: [409, 'The price differs from the one in force on chain'],
  not_served_by: [409, 'The provider has never registered a stream of this content'],
  ambiguous_listing: [409, 'The CID names several listings'],
  media_in_use: [409, 'The file can still be paid for'],
  contract_refused: [409, 'The contract refused the transaction'],
  not_cached: [412, 'The file is not stored on this host, and only a stored one was asked for'],
  body_too_large: [413, 'The body is larger than what is taken here'],
  file_too_large: [413, 'The file is larger than what is taken here'],
  quota_exceeded: [413, 'The file is larger than a quota as a whole'],
  json_data_too_large: [413, 'json_data is larger than what is taken here'],
  unsupported_media_type: [415, 'The body has a content type that this call does not take'],
  range_not_satisfiable: [416, 'The range begins after the end of the file'],
  host_not_allowed: [421, 'The host name of the request is not one of this host'],
  relay_budget_spent: [429, 'What this host spends on calls of wallets is spent for now'],
  upload_quota_spent: [429, 'There is no room for the file now'],
  headers_too_large: [431, 'The headers are larger or more than what is taken here'],
  rate_limited: [429, 'Too many calls; the header Retry-After says when to go on'],
  internal_error: [500, 'Something is broken here; the log has it under the request id'],
  relay_unavailable: [503, "This host's key can't submit the call right now"],
  relay_pending: [503, 'The call is submitted, and no block has it yet'],
  too_many_listeners: [503, 'As many clients listen to events as this host takes'],
  ethstorage_failed: [502, 'EthStorage did not take or give the file'],
  unavailable: [503, 'A part of this host does not answer right now; try again'],
} as const satisfies Record<string, readonly [status: number, meaning: string]>;

export type Code = keyof typeof CODES;

/** A problem with the status that belongs to its code. */
export function problem(
  code: Code,
  detail: string,
  more: Omit<ProblemInit, 'status' | 'code' | 'detail'> = {},
  options?: ErrorOptions,
): HttpProblem {
  return new HttpProblem({ status: CODES[code][0], code, detail, ...more }, options);
}

/** What a code means, for the `title` of a problem. */
export function meaningOf(code: string): string | undefined {
  const known: Record<string, readonly [number, string]> = CODES;
  return known[code]?.[1];
}
