import { expect } from 'chai';
import { eventually } from '../../until.ts';
import type { Answer } from './api.ts';
import { AMOUNT, type ChannelMoney, startChannelMoney } from './channel-money.ts';
import { type OrderSample, releasingOn } from './releasing.ts';

const [OPERATOR, PROVIDER] = [0, 2];

describe('POST /channels/{id}/release', () => {
  let on: ChannelMoney;
  let host: ReturnType<typeof releasingOn>;
  before(async () => {
    on = await startChannelMoney();
    host = releasingOn(on);
    await (await on.api.as(PROVIDER).setClaimDelegate(on.api.wallet(OPERATOR).address)).wait();
  });
  after(() => on.api.stop());

  /** Asks again and again, as a client does, until it is done or refused. */
  async function done(id: string, how: OrderSample = {}): Promise<Answer> {
    const body = await host.order(id, how);
    return await eventually(
      20_000,
      () => host.post(id, body),
      ({ status }) => status !== 202,
    );
  }

  it("gives everything back at once on the word of the channel's key, with no gas of the viewer", async () => {
    const { viewer, id } = await host.channel();
    const { status, body } = await done(id);
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body.message).to.equal('What was left is back with the viewer.');
    expect(body.channel).to.include({ deposit_base_units: '0', epoch: 2 });
    expect(await on.token.balanceOf(viewer)).to.equal(AMOUNT);
    expect(await on.spentBy(viewer)).to.deep.equal([0n, 0]);
  });

  it('claims first what was sold, to the last base unit', async () => {
    const { viewer, id } = await host.channel();
    await host.sell(id, 1_234_567);
    const { status, body } = await done(id, { lastSeq: 0n });
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(await on.token.balanceOf(viewer)).to.equal(AMOUNT - 1_234_567n);
    expect(await host.earned()).to.equal(1_234_567n);
  });
});
