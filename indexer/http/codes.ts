import { HttpProblem, type ProblemInit } from './problem.ts';

/**
 * Every `code` a problem can carry: its status and what it says. Codes are part of the contract with clients: they
 * may be added, never renamed. Shown at `/docs/problems`.
 */
export const CODES = {
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
  bad_share: [400, 'Not a percentage from 0 to 100 with at most two decimals'],
  shares_sum: [400, 'The shares do not add up to 100'],
  bad_price: [400, 'Not a plain decimal amount'],
  price_zero: [400, 'The price is zero'],
  price_decimals: [400, 'The price has more decimals than its coin'],
  price_too_large: [400, 'The price is above what the contract can hold'],
  bad_token: [400, 'The token is no ERC-20 contract on this chain'],
  bad_storage: [400, 'Not a storage that this host offers'],
  bad_video_name: [400, 'A name that is empty or longer than 256 bytes'],
  bad_url: [400, 'Not an http(s) URL without credentials of at most 2048 bytes'],
  bad_timestamp: [400, 'Not an ISO 8601 time with its zone, nor Unix seconds'],
  timestamp_in_future: [400, 'The time of the view lies in the future'],
  bad_date: [400, 'Not a date (YYYY-MM-DD)'],
  bad_date_range: [400, 'The last day is before the first'],
  bad_limit: [400, 'Not a whole number from 1 to 1000'],
  bad_cursor: [400, 'Not a cursor that a previous page returned'],
  unknown_part: [400, 'The form has a part that an upload does not take'],
  duplicate_part: [400, 'The form has a part twice'],
  missing_part: [400, 'The form lacks a part'],
  not_a_file: [400, 'The part is text where a file is expected'],
  empty_file: [400, 'The uploaded file is empty'],
  upload_aborted: [400, 'The client went away before the end'],
  service_worker_refused: [400, 'Service workers are not served from /ipfs'],
  signature_required: [403, 'Acting for a wallet needs that wallet'],
  origin_not_allowed: [403, 'A page of this origin may not write here'],
  not_found: [404, 'No such path'],
  unknown_content: [404, 'Nobody has listed this content'],
  unknown_stream: [404, 'The provider does not serve this content'],
  media_not_found: [404, 'The file is not stored on this host'],
  method_not_allowed: [405, 'The path does not take this method'],
  terms_differ: [409, 'The terms differ from those in force on chain'],
  price_differs: [409, 'The price differs from the one in force on chain'],
  not_served_by: [409, 'The provider has never registered a stream of this content'],
  ambiguous_listing: [409, 'The CID names several listings'],
  media_in_use: [409, 'The file can still be paid for'],
  contract_refused: [409, 'The contract refused the transaction'],
  not_cached: [412, 'The file is not stored on this host, and only a stored one was asked for'],
  body_too_large: [413, 'The body is larger than what is taken here'],
  file_too_large: [413, 'The file is larger than what is taken here'],
  json_data_too_large: [413, 'json_data is larger than what is taken here'],
  unsupported_media_type: [415, 'The body has a content type that this call does not take'],
  range_not_satisfiable: [416, 'The range begins after the end of the file'],
  host_not_allowed: [421, 'The host name of the request is not one of this host'],
  internal_error: [500, 'Something is broken here; the log has it under the request id'],
  ethstorage_failed: [502, 'EthStorage did not take or give the file'],
  unavailable: [503, 'A part of this host does not answer right now; try again'],
} as const satisfies Record<string, readonly [status: number, meaning: string]>;

export type Code = keyof typeof CODES;

/** A problem with the status that belongs to its code. */
export function problem(
  code: Code,
  detail: string,
  more: Pick<ProblemInit, 'field' | 'example' | 'extra'> = {},
  options?: ErrorOptions,
): HttpProblem {
  return new HttpProblem({ status: CODES[code][0], code, detail, ...more }, options);
}

/** What a code means, for the `title` of a problem. */
export function meaningOf(code: string): string | undefined {
  const known: Record<string, readonly [number, string]> = CODES;
  return known[code]?.[1];
}
