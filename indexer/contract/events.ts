/**
 * The contract's events, decoded: generated from its ABI, documented in contracts/interfaces/. Addresses, ids and
 * hashes are lower-case hex, amounts base units.
 */
export type * from '../../types/stream-host-events.ts';
