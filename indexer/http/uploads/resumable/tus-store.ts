import type { Readable } from 'node:stream';
import { DataStore, Metadata, Upload } from '@tus/server';
import type { ResumableIntake } from '../../../uploads/resumable/resumable-intake.ts';
import { problem } from '../../problems/codes.ts';
import { EXTENSIONS } from './tus-headers.ts';

/** What the library asks for, over the uploads of this host. */
export class TusStore extends DataStore {
  readonly #uploads: ResumableIntake;

  constructor(uploads: ResumableIntake) {
    super();
    this.extensions = EXTENSIONS;
    this.#uploads = uploads;
  }

  override async write(content: Readable, id: string, offset: number): Promise<number> {
    return await this.#uploads.write(id, offset, content);
  }

  override async getUpload(id: string): Promise<Upload> {
    const upload = await this.#uploads.settled(id);
    if (upload === null || upload.state === 'over') throw expired();
    const begunAt = { creation_date: new Date(upload.createdAtSec * 1_000).toISOString() };
    return new Upload({
      id,
      size: upload.sizeBytes,
      offset: upload.offset,
      metadata: Metadata.parse(upload.metadata),
      ...(upload.state === 'receiving' && begunAt), // what is whole does not expire
    });
  }

  override async remove(id: string): Promise<void> {
    if (await this.#uploads.end(id)) return;
    throw problem('upload_complete', 'All of the file is here: there is nothing to end.', { field: 'id' });
  }

  /** Milliseconds, from its beginning. */
  override getExpiration(): number {
    return this.#uploads.stageSec * 1_000;
  }
}

export function expired() {
  return problem('upload_expired', 'The upload was not finished in time, or was ended: begin it anew.', {
    field: 'id',
  });
}
