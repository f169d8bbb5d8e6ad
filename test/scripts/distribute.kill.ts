import { expect } from 'chai';
import type { ContentRow } from '../../indexer/store/store.ts';
import { sponsoredViewsIn } from '../../types/stream-host-events.ts';
import { shuffled } from '../e2e/shuffled.ts';
import { PRICE, PROVIDER_SHARE_BPS } from '../indexer/payouts/world.ts';
import { type ScriptWorld, scriptWorld } from './run.ts';

/** Where a run is killed, in its first and in its second transaction. */
const POINTS = ['sponsor.nonces-assigned', 'sponsor.signed', 'sponsor.sent', 'sponsor.mined'].flatMap(
  (point) => [`${point}:1`, `${point}:2`],
);
const KILLS = Number(process.env.KILLS ?? 3);
const SEED = Number(process.env.SEED ?? 20_261_124);

const NOON_SEC = Date.UTC(2024, 5, 1, 12) / 1000;
const PROVIDER_PART = (PRICE * BigInt(PROVIDER_SHARE_BPS)) / 10_000n;
/** Three views a transaction, so that four or more views take two. */
const SMALL_BATCHES = { SPONSOR_BATCH_GAS: '115000' };

describe(`distribute-earnings, killed with SIGKILL (seed ${SEED})`, () => {
  let world: ScriptWorld;
  let listing: ContentRow;
  let reported = 0;

  before(async () => {
    world = await scriptWorld();
    listing = await world.publish();
  });
  after(() => world.close());

  const distribute = (args: string[], env: Record<string, string> = {}) =>
    world.run('distribute-earnings.ts', args, { ...SMALL_BATCHES, ...env });

  async function reportViews(count: number): Promise<void> {
    const { report } = world.process();
    for (let index = 0; index < count; index += 1) await report(listing, NOON_SEC + reported + index);
    reported += count;
  }

  /** Every reported view is paid by exactly one record on chain, and the credits say so to the wei. */
  async function expectPaidOnce(): Promise<void> {
    const host = world.as(world.viewer);
    const events = await host.queryFilter(host.filters.ViewsSponsored());
    const refs = events.flatMap((event) => sponsoredViewsIn(event.args.views).map(({ ref }) => ref));
    expect(refs).to.have.lengthOf(reported);
    expect(new Set(refs)).to.have.lengthOf(reported);
    expect(await world.credits(world.provider)).to.equal(BigInt(reported) * PROVIDER_PART);
    expect(await world.credits(world.creator)).to.equal(BigInt(reported) * (PRICE - PROVIDER_PART));
    expect(await host.queryFilter(host.filters.SurplusCredited())).to.deep.equal([]);
  }

  for (let round = 0; round < KILLS; round += 1) {
    const point = shuffled(POINTS, SEED)[round % POINTS.length] ?? '';
    it(`at ${point}, then run again: every view is paid once (${round + 1} of ${KILLS})`, async () => {
      await reportViews(4 + (round % 5));
      const killed = await distribute(['--yes'], { CRASH_AT: point });
      expect(killed.how, killed.stdout + killed.stderr).to.equal('SIGKILL');
      if (round % 2 === 1) await world.index();
      const again = await distribute(['--yes']);
      expect(again.how, again.stderr).to.equal(0);
      await expectPaidOnce();
      expect((await distribute(['--yes'])).stdout).to.match(/^Nothing to pay\.$/m);
      await expectPaidOnce();
    });
  }

  it('sent and not mined: the next run says so, sends nothing of it twice and finishes', async () => {
    await reportViews(4);
    await world.chain.call('evm_setAutomine', false);
    const killed = await distribute(['--yes'], { CRASH_AT: 'sponsor.sent' });
    expect(killed.how).to.equal('SIGKILL');
    const plan = await distribute([]);
    expect(plan.stdout).to.match(/^1 view to pay/m);
    expect(plan.stdout).to.match(/^Not now: 3 views in a transaction that is recorded and not mined yet\.$/m);
    await world.chain.call('evm_setAutomine', true);
    await world.chain.call('evm_mine');
    const again = await distribute(['--yes']);
    expect(again.stdout, again.stderr).to.match(/^Paid 1 view:$/m);
    await expectPaidOnce();
  });

  it('recorded and not sent: without --yes nothing is sent either', async () => {
    await world.index();
    await reportViews(1);
    await distribute(['--yes'], { CRASH_AT: 'sponsor.signed' });
    const plan = await distribute([]);
    expect(plan.stdout).to.equal(
      'Nothing to pay.\nNot now: 1 view in a transaction that is recorded and not mined yet.\n',
    );
    expect(await world.credits(world.provider)).to.equal(BigInt(reported - 1) * PROVIDER_PART);
    await distribute(['--yes']);
    await expectPaidOnce();
  });

  it('leaves every report settled once the host has indexed the chain', async () => {
    await world.index();
    expect(await world.process().store.unsettledReports({})).to.deep.equal([]);
  });
});
