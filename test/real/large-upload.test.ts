import { uploadLarge } from '../e2e/large-upload.ts';

describe('100 MB that come in pieces, interrupted ten times, to a host that is killed twice', () => {
  it('are the same file, and nothing else is left', () => uploadLarge({ sizeBytes: 100_000_000, cuts: 10 }));
}).timeout(300_000);
