import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import type { ContentRow } from '../../indexer/store/store.ts';
import { runAudit } from '../../scripts/lib/audit/run.ts';
import { PRICE } from '../indexer/payouts/world.ts';
import { type ScriptWorld, scriptWorld } from './run.ts';

describe('npm run audit', () => {
  let world: ScriptWorld;
  let listing: ContentRow;
  /** The block of the last payment, and its hash. */
  let paid: { number: number; hash: string };

  before(async () => {
    world = await scriptWorld();
    listing = await world.publish();
    paid = await pay();
    await pay();
    await world.index();
  });
  after(() => world.close());

  const audit = (...args: string[]) => world.runHere(runAudit, args);
  async function pay() {
    const value = PRICE;
    const { contentId } = listing;
    const viewer = world.as(world.viewer);
    const sent = await viewer.payView(contentId, world.provider.address, 1, value, { value });
    const receipt = await sent.wait();
    return { number: Number(receipt?.blockNumber), hash: String(receipt?.blockHash) };
  }
  /** Changes the records behind the host's back, for a while. */
  async function changed<T>(sql: string, undo: string, look: () => Promise<T>): Promise<T> {
    const db = new Database(join(world.folder, 'records.sqlite'));
    try {
      expect(db.prepare(sql).run().changes).to.be.greaterThan(0);
      return await look();
    } finally {
      db.exec(undo);
      db.close();
    }
  }

  it('refuses options in one line', async () => {
    for (const [args, words] of [
      [['--trusted', '0x12'], /^--trusted: "0x12" is no hash: 32 bytes in hex, after 0x\.\n$/],
      [['--from', '-1'], /^Option '--from' argument is ambiguous/],
      [['--from=x'], /^--from: "x" is no number of a block\.\n$/],
      [['--from', '9', '--to', '8'], /^--from: block 9 is above block 8 of --to\.\n$/],
      [['--to', '999999'], /^--to: the records end at block \d+\.\n$/],
    ] as const)
      expect((await audit(...args)).stderr).to.match(words);
  });

  it('proves whole records from what the endpoint says is the last block, row by row', async () => {
    const { how, stdout, stderr } = await audit();
    expect(stderr).to.equal('');
    expect(how).to.equal(0);
    expect(stdout).to.match(/^Begins with block \d+, 0x[0-9a-f]{64}, as 1 of 1 endpoints say\.\n/);
    expect(stdout).to.match(
      /Proven: blocks \d+ to \d+, \d+ by their bloom and \d+ by their receipts, with \d+ events/,
    );
    expect(stdout).to.contain('The records are what the chain makes, row by row.');
  });

  it('proves a part of them from a hash that is trusted', async () => {
    const { number, hash } = paid;
    const { how, stdout } = await audit('--from', `${number - 1}`, '--to', `${number}`, '--trusted', hash);
    expect(how).to.equal(0);
    expect(stdout).to.contain(`Begins with block ${number}, ${hash}, as --trusted says.`);
    expect(stdout).to.contain(`Proven: blocks ${number - 1} to ${number}, `);
    expect(stdout).to.contain('The records hold as many events of each block.');
  });

  it('takes no hash of a block below the last one, or of none', async () => {
    expect((await audit('--trusted', paid.hash)).stderr).to.match(
      /^--trusted is block \d+, below the last one/,
    );
    expect((await audit('--trusted', `0x${'ab'.repeat(32)}`)).stderr).to.match(/^No endpoint has the block/);
  });

  it('finds events that the records lack', async () => {
    const { number } = paid;
    const { how, stdout } = await changed(
      `UPDATE indexed_logs SET logs = logs - 1 WHERE block_number = ${number}`,
      `UPDATE indexed_logs SET logs = logs + 1 WHERE block_number = ${number}`,
      () => audit(),
    );
    expect(how).to.equal(1);
    expect(stdout).to.match(new RegExp(`Block ${number} has \\d events of ours, the records hold \\d\\.`));
  });

  it('finds a row that says something else than the chain', async () => {
    const { how, stdout, stderr } = await changed(
      `UPDATE content_metadata SET video_name = video_name || '!'`,
      `UPDATE content_metadata SET video_name = substr(video_name, 1, length(video_name) - 1)`,
      () => audit(),
    );
    expect(how).to.equal(1);
    expect(stdout).to.contain(
      'content_metadata: 1 rows are not what the chain makes, 1 rows of it are missing',
    );
    expect(stderr).to.contain('The records differ from the chain.');
  });
});
