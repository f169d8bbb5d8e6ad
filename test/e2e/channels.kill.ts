import { expect } from 'chai';
import type { Wallet } from 'ethers';
import { type GaslessWorld, startGaslessWorld } from './gasless-world.ts';
import type { HostProcess } from './host.ts';
import { ask, signedRequest } from './wallet-client.ts';

type Json = Record<string, unknown>;

/** As in relay.kill.ts: from what is counted to what is mined and not answered. */
const POINTS = ['relay.reserved', 'relay.signed', 'relay.sent', 'relay.mined'];
const DEPOSIT = 5_000_000n;

describe('a host that is killed over a channel of a viewer without coin for gas', () => {
  let world: GaslessWorld;
  before(async () => {
    world = await startGaslessWorld();
  });
  after(() => world?.stop());

  const sentByOperator = () => world.chain.provider.getTransactionCount(world.chain.operator.address);

  /** Sends a request to a host that dies over it, then to others: it is carried out once. */
  async function once(
    point: string,
    path: string,
    prepare: (host: HostProcess) => Promise<Json>,
    statuses: number[],
  ): Promise<Json> {
    const sentBefore = await sentByOperator();
    const doomed = await world.startHost({ CRASH_AT: point });
    const request = await prepare(doomed);
    await ask(doomed, 'POST', path, request).catch(() => undefined);
    expect(await doomed.gone).to.equal('SIGKILL');
    const host = await world.startHost();
    try {
      const answers = [await ask(host, 'POST', path, request), await ask(host, 'POST', path, request)];
      for (const { status, body } of answers) expect(statuses, JSON.stringify(body)).to.include(status);
      expect(await sentByOperator()).to.equal(sentBefore + 1);
      return answers[1]?.body.channel as Json;
    } finally {
      await host.end('SIGKILL');
    }
  }

  const left = new Map<string, { viewer: Wallet; path: string }>();

  for (const point of POINTS) {
    it(`at ${point} sends a deposit and an exit once, however often they are asked for again`, async () => {
      const viewer = await world.viewerWith(DEPOSIT);
      const sign = (host: HostProcess) => world.signed(host, viewer, viewer.address, DEPOSIT);
      const opened = await once(point, '/channels', sign, [200, 201]);
      expect(opened.deposit_base_units).to.equal(DEPOSIT.toString());

      const path = `/channels/${opened.channel_id}/exit`;
      const person = { address: viewer.address, signer: viewer };
      const leave = (host: HostProcess) => signedRequest(host, person, 'POST', path, {});
      expect((await once(point, path, leave, [200])).withdrawable_at).to.be.a('string');
      left.set(point, { viewer, path });
    });
  }

  it('after the delay', async () => {
    const delaySec = Number(await world.contract.withdrawDelaySec());
    await world.chain.provider.send('evm_increaseTime', [delaySec + 1]);
    await world.chain.provider.send('evm_mine', []);
    expect(left.size).to.equal(POINTS.length);
  });

  for (const point of POINTS) {
    it(`at ${point} pays out what is left once`, async () => {
      const { viewer, path } = left.get(point) ?? expect.fail('nobody has left');
      const back = await once(point, path, async () => ({ finalize: true }), [200]);
      expect(back.deposit_base_units).to.equal('0');
      expect(await world.token.balanceOf(viewer)).to.equal(DEPOSIT);
    });
  }
});
