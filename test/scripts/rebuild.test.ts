import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { runRebuild } from '../../scripts/lib/rebuild/run.ts';
import { PRICE } from '../indexer/payouts/world.ts';
import { type ScriptWorld, scriptWorld } from './run.ts';

describe('npm run rebuild', () => {
  let world: ScriptWorld;

  before(async () => {
    world = await scriptWorld();
    const { contentId } = await world.publish();
    await pay(contentId);
    await pay(contentId);
    await world.index();
    // The chain goes on, and the records stay behind.
    await pay(contentId);
  });
  after(() => world.close());

  async function pay(contentId: string): Promise<void> {
    const viewer = world.as(world.viewer);
    await (await viewer.payView(contentId, world.provider.address, 1, PRICE, { value: PRICE })).wait();
  }
  const compare = () => world.runHere(runRebuild, ['--compare']);
  function records(sql: string): void {
    const db = new Database(join(world.folder, 'records.sqlite'));
    db.exec(sql);
    db.close();
  }

  it('does nothing that it was not told', async () => {
    expect((await world.runHere(runRebuild, [])).stderr).to.match(/^Say --compare: /);
  });

  it('makes the same bytes from the chain alone, up to where the records end', async () => {
    const { how, stdout, stderr } = await compare();
    expect(stderr).to.equal('');
    expect(how).to.equal(0);
    expect(stdout).to.match(/^Made anew up to block \d+, 0x[0-9a-f]{64}\.\n/);
    expect(stdout).to.match(/streaming_access_logs +2 +[0-9a-f]{64}\n/);
    expect(stdout).to.contain('The records are what the chain makes, byte by byte.');
    expect((await compare()).stdout).to.equal(stdout);
  });

  it('tells of each table that differs', async () => {
    records(`UPDATE credits SET withdrawn = '1'`);
    const { how, stdout, stderr } = await compare();
    records(`UPDATE credits SET withdrawn = '0'`);
    expect(how).to.equal(1);
    expect(stdout).to.match(/credits: 2 rows are not what the chain makes, 2 rows of it are missing/);
    expect(stderr).to.match(/^The records differ from the chain in credits\. Move DATA_DIR/);
  });

  it('compares nothing where the records end in a block that is gone', async () => {
    records(`UPDATE chain_cursor SET hash = '0x${'ab'.repeat(32)}'`);
    expect((await compare()).stderr).to.match(/^Block \d+ is 0x[0-9a-f]{64} now, the records end at 0xabab/);
  });
});
