import { BaseError } from '../../lib/errors.ts';

/** No archive of blocks, or one that lacks something, or has what does not belong in it. Not retryable. */
export class BadArchive extends BaseError {}
