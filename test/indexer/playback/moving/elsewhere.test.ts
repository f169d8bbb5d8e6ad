import { expect } from 'chai';
import { Elsewhere } from '../../../../indexer/playback/moving/elsewhere.ts';
import { createProvider } from '../../../../indexer/playback/provider.ts';
import type { StreamRow } from '../../../../indexer/store/store.ts';

const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
const ROW = { cid: CID, cidKey: CID, url: `https://old.example.org/play/${CID}` } as StreamRow;

describe('Elsewhere', () => {
  let rows: StreamRow[];
  let looks: number;
  let fails: boolean;
  let nowSec: number;
  let noted: number[];
  let onIndexed: () => void;
  let elsewhere: Elsewhere;

  beforeEach(() => {
    rows = [ROW];
    looks = 0;
    noted = [];
    fails = false;
    nowSec = 1_000;
    const streamsApart = async () => {
      looks += 1;
      if (fails) throw new Error('the records do not answer');
      return rows;
    };
    const listen = (listener: () => void) => {
      onIndexed = listener;
    };
    elsewhere = new Elsewhere({
      store: { streamsApart },
      book: { noteSoldElsewhere: async (untilSec) => void noted.push(untilSec) },
      provider: createProvider(`0x${'1'.repeat(40)}`, () => 'https://new.example.org'),
      chain: { onIndexed: listen, status: () => ({ synced: true }) },
      log: { warn: () => undefined, info: () => undefined },
      nowSec: () => nowSec,
      isAlone: false,
    });
  });

  it('tells all who ask at a time the same, of one look', async () => {
    const both = await Promise.all([elsewhere.keepsFromSelling(), elsewhere.keepsFromSelling()]);
    expect(both).to.deep.equal([true, true]);
    expect(looks).to.equal(1);
  });

  it('notes in the book when another host has streams, and when it has them no more: what that sold is not in it', async () => {
    await elsewhere.keepsFromSelling();
    expect(noted).to.deep.equal([1_000]);
    nowSec = 2_000;
    await elsewhere.all();
    expect(noted).to.deep.equal([1_000, 2_000]);
    nowSec = 3_000;
    rows = [];
    onIndexed();
    expect(await elsewhere.keepsFromSelling()).to.equal(false);
    expect(noted).to.deep.equal([1_000, 2_000, 3_000]);
    nowSec = 4_000;
    onIndexed();
    await elsewhere.all();
    await elsewhere.keepsFromSelling();
    expect(noted).to.have.length(3);
  });

  it('looks again after a look that failed, without another block', async () => {
    fails = true;
    expect(await elsewhere.keepsFromSelling().catch(({ message }) => message)).to.contain('do not answer');
    fails = false;
    expect(await elsewhere.keepsFromSelling()).to.equal(true);
  });

  it('looks again where a block came during the look', async () => {
    const first = elsewhere.keepsFromSelling();
    onIndexed();
    await first;
    rows = [];
    expect(await elsewhere.keepsFromSelling()).to.equal(false);
  });

  it('looks once in five seconds while there is none, and then at a block alone', async () => {
    rows = [];
    expect(await elsewhere.keepsFromSelling()).to.equal(false);
    rows = [ROW];
    onIndexed();
    nowSec += 4;
    expect(await elsewhere.keepsFromSelling()).to.equal(false);
    nowSec += 1;
    expect(await elsewhere.keepsFromSelling()).to.equal(true);
    expect(looks).to.equal(2);
    expect(await elsewhere.keepsFromSelling()).to.equal(true);
    expect(looks).to.equal(2);
  });
});
