import { uploadLarge } from './large-upload.ts';

describe('5 GB that come in pieces, interrupted ten times, to a host that is killed twice', () => {
  it('are the same file, and nothing else is left', () =>
    uploadLarge({ sizeBytes: 5_000_000_000, cuts: 10 }));
});
