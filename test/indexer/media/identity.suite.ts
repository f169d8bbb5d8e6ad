import { expect } from 'chai';
import { base32upper } from 'multiformats/bases/base32';
import { base36 } from 'multiformats/bases/base36';
import { base58btc } from 'multiformats/bases/base58';
import { CID } from 'multiformats/cid';
import type { MediaStorage } from '../../../indexer/media/storage.ts';
import { CHUNK, collect, file, KUBO_VECTORS, LARGE_VECTORS, zeros } from './content.ts';
import type { Opened } from './suite.ts';

const SIZE = 3 * CHUNK + 1234;
/** The first chunk of `file(SIZE)`. */
const FIRST_CHUNK = 'bafkreietseox7mbu3i3vb7ros2unfux4aqryzvgytw7scpl5juzn65javy';
/** The node over the first 174 chunks of a longer `file`. */
const FIRST_NODE = 'bafybeic3eofoivwda4tsdlopyn73jzrmfkb2jn6tjbkkscgmu25ksogidi';

/** What is too large to be held; FULL=1 takes 2 GiB, whose size needs more than 31 bits. */
const STREAMED = process.env.FULL
  ? LARGE_VECTORS[0]
  : {
      what: '512 MiB of zeros',
      sizeBytes: 512 * 1024 ** 2,
      cid: 'bafybeiak37ocm5uae54dplvg5vaavvbw6hjhocf5qzfhl5j5wtlmu26avi',
    };

/** Which CID a file has in every back end, and by which it is found. */
export function describeIdentity(name: string, open: () => Promise<Opened>): void {
  describe(`MediaStorage: ${name}: CIDs`, () => {
    let opened: Opened;
    let storage: MediaStorage;

    beforeEach(async () => {
      opened = await open();
      storage = opened.storage;
    });
    afterEach(() => opened.dispose());

    for (const { what, content, cid } of KUBO_VECTORS) {
      it(`gives ${what} the CID that ipfs add --cid-version=1 gives it`, async () => {
        expect((await storage.add(content())).cid).to.equal(cid);
      });
    }

    const { what = '', sizeBytes = 0, cid: streamed = '' } = STREAMED ?? {};
    it(`streams ${what} in without holding them, under the CID of Kubo, and reads their end`, async () => {
      let peakBytes = 0;
      const onProgress = () => {
        peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers);
      };
      expect((await storage.add(zeros(sizeBytes), { onProgress })).cid).to.equal(streamed);
      expect(peakBytes).to.be.below(sizeBytes / 2);
      expect(await storage.stat(streamed)).to.deep.equal({ kind: 'file', sizeBytes });
      const end = await collect(storage.read(streamed, { offset: sizeBytes - 1000, length: 2000 }));
      expect(end.equals(Buffer.alloc(1000))).to.equal(true);
    });

    it('finds content by any spelling of its CID', async () => {
      const cid = CID.parse((await storage.add(file(SIZE))).cid);
      const spellings = [cid.toV0().toString(), cid.toString(base58btc), cid.toString(base36)];
      expect(spellings.map((spelling) => spelling.slice(0, 2))).to.deep.equal(['Qm', 'zd', 'k2']);
      const text = cid.toString();
      const typed = [
        text.slice(0, -1) + text.slice(-1).toUpperCase(),
        `${text}=`,
        base32upper.encode(cid.bytes),
      ];
      for (const spelling of [...spellings, ...typed]) {
        expect(await storage.stat(spelling), spelling).to.deep.equal({ kind: 'file', sizeBytes: SIZE });
      }
    });

    it('removes content by any spelling of its CID', async () => {
      const { cid } = await storage.add(file(SIZE + 1));
      await storage.remove(CID.parse(cid).toV0().toString());
      expect(await storage.stat(cid)).to.equal(null);
    });

    it('serves a file by its root only, not by the blocks below it', async () => {
      await storage.add(file(175 * CHUNK));
      expect(await storage.stat(FIRST_CHUNK)).to.equal(null);
      expect(await storage.stat(FIRST_NODE)).to.equal(null);
    });
  });
}
