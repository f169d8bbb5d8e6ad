import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { measureGas } from '../../bench/gas/measure.ts';
import { GAS_ROWS } from '../../bench/gas.ts';
import { gasOfEntryPoints } from './entry-points.ts';
import { ethers, newHost } from './world.ts';

/** EIP-170. */
const MAX_RUNTIME_BYTES = 24_576;
/** A cost that grows with them shows with a hundred; before a release, with more. */
const ROWS = process.env.FULL ? 1_000 : 100;
const SNAPSHOT = join(import.meta.dirname, 'gas-snapshot.json');

describe('gas and size', () => {
  let goals: Awaited<ReturnType<typeof measureGas>>;
  let withOneRow: Awaited<ReturnType<typeof gasOfEntryPoints>>;

  before(async () => {
    goals = await measureGas();
    withOneRow = await gasOfEntryPoints(1);
  });

  for (const { metric, goal } of GAS_ROWS) {
    it(`${metric} needs at most ${goal}`, () => {
      console.log(`        ${metric}: ${goals[metric]} gas`);
      expect(goals[metric]).to.be.at.most(goal);
    });
  }

  it('every entry point needs what it needed before (UPDATE_GAS=1 takes down what it needs now)', () => {
    const snapshot = { goals, entryPoints: withOneRow };
    if (process.env.UPDATE_GAS === '1') writeFileSync(SNAPSHOT, `${JSON.stringify(snapshot, null, 2)}\n`);
    expect(snapshot).to.deep.equal(JSON.parse(readFileSync(SNAPSHOT, 'utf8')));
  });

  it(`every entry point needs the same with ${ROWS} rows of others as with one (invariant 7)`, async () => {
    expect(await gasOfEntryPoints(ROWS)).to.deep.equal(withOneRow);
  });

  it(`the contract has at most ${MAX_RUNTIME_BYTES} bytes`, async () => {
    const { hostAddress } = await newHost();
    const bytes = ethers.dataLength(await ethers.provider.getCode(hostAddress));
    console.log(`        StreamHost: ${bytes} bytes`);
    expect(bytes).to.be.at.most(MAX_RUNTIME_BYTES);
  });
});
