import { uploadLarge } from './large-upload.ts';

describe('a file that comes in pieces to a host that is killed', () => {
  it('is the same file, and nothing else is left', () =>
    uploadLarge({ sizeBytes: 6_000_001, cuts: 3, isSmall: true }));
}).timeout(60_000);
