import { expect } from 'chai';
import { MAX_PROOFS } from '../../../indexer/store/book/stream-health.ts';
import type { Book, StreamProbe, StreamProof } from '../../../indexer/store/book.ts';

const CONTRACT = `0x${'c0'.repeat(20)}`;
const CONTENT = `0x${'01'.repeat(32)}`;
const PROVIDER = `0x${'aB'.repeat(20)}`;
const stream = { contract: CONTRACT, contentId: CONTENT, provider: PROVIDER };
const lower = { ...stream, provider: PROVIDER.toLowerCase() };

const probe = (more: Partial<StreamProbe> = {}): StreamProbe => ({
  ...stream,
  ...{ cidKey: 'bafy1', url: 'https://a.example/play/bafy1', state: 'ok', reason: null, latencyMs: 12 },
  ...{ checkedAtSec: 100, nextAtSec: 200, ...more },
});
const proof = (more: Partial<StreamProof> = {}): StreamProof => ({
  ...stream,
  ...{ unit: 0, cidKey: 'bafy1', key: '0x01', payment: '0x02', payer: '0x03', signature: '0x04' },
  ...{ issuedAtSec: 90, filedAtSec: 100, ...more },
});

/** What every back end of the book keeps of streams. */
export function describeStreamHealths(of: () => Book): void {
  describe('what was found of streams', () => {
    let book: Book;
    beforeEach(() => {
      book = of();
    });

    it('is the last look alone, whatever the case of addresses, until it is forgotten', async () => {
      expect(await book.probeOf(stream)).to.equal(null);
      await book.noteProbe(probe());
      await book.noteProbe(probe({ state: 'wrong', reason: 'bytes_differ', checkedAtSec: 150 }));
      expect(await book.probeOf(lower)).to.deep.equal({
        ...probe({ state: 'wrong', reason: 'bytes_differ', checkedAtSec: 150 }),
        ...lower,
      });
      await book.noteProbe(probe({ contentId: `0x${'02'.repeat(32)}`, state: 'silent', checkedAtSec: 99 }));
      expect(await book.countProbes()).to.deep.equal({ ok: 0, wrong: 1, silent: 1, unchecked: 0 });
      await book.forgetProbes(150);
      expect(await book.countProbes()).to.deep.equal({ ok: 0, wrong: 1, silent: 0, unchecked: 0 });
    });

    it('is proven by one receipt a unit, of which the last filed is shown, and no more are kept than a few', async () => {
      expect(await book.lastProof(stream)).to.equal(null);
      expect(await book.noteProof(proof())).to.equal(true);
      expect(await book.noteProof(proof({ ...lower, key: '0x05' }))).to.equal(false);
      expect(await book.lastProof(lower)).to.deep.equal(proof(lower));
      for (let unit = 1; unit < MAX_PROOFS; unit += 1)
        expect(await book.noteProof(proof({ unit, filedAtSec: 100 + unit }))).to.equal(true);
      expect(await book.noteProof(proof({ unit: MAX_PROOFS, filedAtSec: 900 }))).to.equal(false);
      expect((await book.lastProof(stream))?.unit).to.equal(MAX_PROOFS - 1);
      expect(await book.countProven()).to.equal(1);
      await book.forgetProbes(Number.MAX_SAFE_INTEGER);
      expect(await book.countProven()).to.equal(1);
    });

    it('tells which streams of a CID are silent, wrong or proven', async () => {
      const other = { ...lower, contentId: `0x${'02'.repeat(32)}` };
      await book.noteProbe(probe());
      await book.noteProbe(probe({ ...other, state: 'silent' }));
      expect(await book.faultyStreams('bafy1', 9)).to.deep.equal([other]);
      await book.noteProof(proof());
      expect(await book.faultyStreams('bafy1', 9)).to.have.deep.members([lower, other]);
      expect(await book.faultyStreams('bafy1', 1)).to.have.length(1);
      expect(await book.faultyStreams('bafy2', 9)).to.deep.equal([]);
    });
  });
}
