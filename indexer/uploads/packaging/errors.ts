import { BaseError, errorWith } from '../../lib/errors.ts';

/** An upload that was packaged, or is about to be, can not go on; the code is one that clients know. */
export class UploadRefused extends errorWith<{ code: string }>() {}

/** There is no file to be packaged. */
export class SourceLost extends BaseError {
  constructor() {
    super('The file was lost before it was packaged: upload it again.');
  }
}
