import { BaseError, errorWith } from '../../lib/errors.ts';

/** What keeps something that is signed from being taken. */
export type SignedFault = 'over' | 'too far ahead' | 'for another host' | 'not signed' | 'used';

/** What a provider or a creator has signed about keys is not taken; the message says why. */
export class KeySignatureRefused extends errorWith<{
  fault: SignedFault;
  /** Of what was signed: its field in the request is at fault. */
  of: 'request' | 'grant' | 'shown grant';
  /** What would have been right, where that can be said. */
  right?: string | number | undefined;
}>() {}

/** The creator has not granted the provider its keys. */
export class KeyNotGranted extends errorWith<{
  cid: string;
  contract: string;
  contentId: string;
  creator: string;
  provider: string;
  /** The creator sees here until then that the provider has asked; `null`: too many wait. */
  askedUntilSec: number | null;
}>() {}

/** This host gives keys to nobody. */
export class KeyGrantsOff extends BaseError {
  constructor() {
    super('This host gives keys to no other host (KEY_GRANTS=off).');
  }
}
