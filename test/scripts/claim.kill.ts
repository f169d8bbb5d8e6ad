import { expect } from 'chai';
import type { ContentRow } from '../../indexer/store/store.ts';
import { shuffled } from '../e2e/shuffled.ts';
import { claimingWorld, PRICE, parts, type TestChannel } from '../indexer/playback/claiming/world.ts';
import { scriptWorld } from './run.ts';

/** Where a run is killed, in its first and in its second transaction. */
const POINTS = [
  ...['claim.sealed:1', 'claim.recorded:1', 'claim.signed:1', 'claim.sent:1', 'claim.mined:1'],
  ...['claim.sealed:2', 'claim.recorded:2', 'claim.signed:2', 'claim.sent:2', 'claim.mined:2'],
];
const KILLS = Number(process.env.KILLS ?? 3);
const SEED = Number(process.env.SEED ?? 20_261_130);
/** Four vouchers a transaction. */
const SMALL_BATCHES = { CLAIM_BATCH_GAS: '150000' };
const CHANNELS = 8;

describe(`claiming, killed with SIGKILL (seed ${SEED})`, () => {
  let world: Awaited<ReturnType<typeof openWorld>>;
  let listing: ContentRow;
  let channels: TestChannel[];
  /** Units of every voucher that was signed. */
  const signed: number[] = [];
  const openWorld = async () => claimingWorld(await scriptWorld());

  before(async () => {
    world = await openWorld();
    listing = await world.publish();
    channels = [];
    for (let index = 0; index < CHANNELS; index += 1) channels.push(await world.open(10_000n * PRICE));
  });
  after(() => world.close());

  const claim = (env: Record<string, string> = {}) =>
    world.run('claim.ts', ['--all', '--yes'], {
      ...{ PROVIDER_WALLET: world.provider.address, ...SMALL_BATCHES, ...env },
    });

  async function sign(round: number): Promise<void> {
    await using host = await world.start();
    for (const [index, channel] of channels.entries()) {
      const units = 1 + ((round + index) % 5);
      await world.sign(host, channel, [[listing, units]], { seq: round });
      signed.push(units);
    }
  }

  /** Every voucher is paid by exactly one claim on chain, whole, and the book says so. */
  async function expectPaidOnce(): Promise<void> {
    const host = world.as(world.viewer);
    const claimed = await host.queryFilter(host.filters.VoucherClaimed());
    expect(claimed).to.have.length(signed.length);
    expect(await host.queryFilter(host.filters.VoucherRejected())).to.deep.equal([]);
    expect(await world.earned()).to.deep.equal(parts(...signed));
    await using process = await world.start();
    await process.claiming.settle();
    const { rows } = await process.book.vouchersOf({ provider: world.provider.address, limit: 1_000 });
    expect(rows.map(({ state }) => state)).to.deep.equal(signed.map(() => 'claimed'));
    expect(await process.book.undecidedVouchers(world.provider.address, { limit: 100 })).to.deep.equal([]);
  }

  for (let round = 0; round < KILLS; round += 1) {
    const point = shuffled(POINTS, SEED)[round % POINTS.length] ?? '';
    it(`at ${point}, then run again: every voucher is paid once (${round + 1} of ${KILLS})`, async () => {
      await sign(round);
      const killed = await claim({ CRASH_AT: point });
      expect(killed.how, killed.stdout + killed.stderr).to.equal('SIGKILL');
      const again = await claim();
      expect(again.how, again.stderr).to.equal(0);
      await expectPaidOnce();
    });
  }

  it('sent and not mined: nothing of it is sent twice', async () => {
    await sign(KILLS);
    await world.chain.call('evm_setAutomine', false);
    const killed = await claim({ CRASH_AT: 'claim.sent' });
    expect(killed.how).to.equal('SIGKILL');
    const shown = await world.run('claim.ts', ['--all'], { PROVIDER_WALLET: world.provider.address });
    expect(shown.stdout, shown.stderr).to.match(/^wait +sent, or not final yet +4 /m);
    await world.chain.call('evm_setAutomine', true);
    await world.chain.call('evm_mine');
    const again = await claim();
    expect(again.how, again.stderr).to.equal(0);
    await expectPaidOnce();
  });

  it('recorded and not sent: without --yes nothing is sent either', async () => {
    await sign(KILLS + 1);
    await claim({ CRASH_AT: 'claim.signed' });
    const before = await world.earned();
    await world.run('claim.ts', ['--all'], { PROVIDER_WALLET: world.provider.address });
    expect(await world.earned()).to.deep.equal(before);
    await claim();
    await expectPaidOnce();
  });
});
