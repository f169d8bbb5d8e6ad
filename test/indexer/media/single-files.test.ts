import { expect } from 'chai';
import { SingleFiles } from '../../../indexer/media/single-files.ts';
import { MediaNotFound, type MediaStat, StorageFailure } from '../../../indexer/media/storage.ts';
import { rejection } from '../../rejection.ts';
import { collect } from './content.ts';

const FILE = 'bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am';

class Drawer extends SingleFiles {
  override readonly name = 'drawer';

  override async stat(cid: string): Promise<MediaStat | null> {
    return cid === FILE ? { kind: 'file', sizeBytes: 6 } : null;
  }
}

describe('a back end of single files', () => {
  const drawer = new Drawer();

  it('refuses a directory in words', async () => {
    const failure = await rejection(drawer.addDirectory((async function* () {})()));
    expect(failure).to.be.instanceOf(StorageFailure).with.property('retryable', false);
    expect(failure).to.have.property('message', 'drawer: keeps single files, no directories');
  });

  it('finds a file by its CID, in any spelling, and nothing below it', async () => {
    const found = { cid: FILE, kind: 'file', sizeBytes: 6 };
    expect(await drawer.find(FILE, '')).to.deep.equal(found);
    expect(await drawer.find(`${FILE}=`, '')).to.deep.equal(found);
    expect(await drawer.find(FILE, 'a')).to.equal(null);
    expect(await drawer.find(`${FILE.slice(0, -1)}q`, '')).to.equal(null);
  });

  it('has nothing to list', async () => {
    const listing = drawer.list(FILE) as AsyncIterable<never>;
    expect(await rejection(collect(listing))).to.be.instanceOf(MediaNotFound);
  });
});
