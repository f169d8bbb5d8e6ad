import { BaseError, errorWith } from '../lib/errors.ts';
import type { OwnOffer } from './offers.ts';

/** This host does not sell the file: its provider serves no listing of it here. */
export class NotOffered extends BaseError {}

/** The file is sold here, and whoever asks has not shown that it is open to them. */
export class PlayRefused extends errorWith<{
  reason: 'unpaid' | 'retired' | 'token';
  /** What this host sells under the CID: how to pay, and how to show it. */
  offers: readonly OwnOffer[];
}>() {}

/** Which part of an `Access` keeps it from being taken. */
export type AccessPart =
  | 'provider'
  | 'audience'
  | 'contentId'
  | 'contract'
  | 'channelId'
  | 'nonce'
  | 'expiresAtSec'
  | 'signature';

/** What a wallet has signed opens nothing here. */
export class AccessRefused extends errorWith<{
  part: AccessPart;
  /** What it would have to be, where that can be said. */
  right?: string | number | undefined;
  offers: readonly OwnOffer[];
}>() {}

/** The provider's streams lead to another host, whose book is not this one. */
export class StreamsElsewhere extends BaseError {
  constructor() {
    super(
      'Streams of this provider lead to another address: until its operator has moved them, nothing new is sold here.',
    );
  }
}

/** The records may lack what has been paid: a payment is asked for only once they are up to date. */
export class MirrorBehind extends BaseError {}
