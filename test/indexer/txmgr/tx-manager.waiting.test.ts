import { expect } from 'chai';
import { Replaced, StillPending } from '../../../indexer/txmgr/confirmation.ts';
import { testWallet } from '../../wallets.ts';
import { PAYEE, pay, type TxManagerWorld, txManagerWorld } from './world.ts';

describe("a call of the operator's key that is sent", () => {
  let world: TxManagerWorld;
  beforeEach(async () => {
    world = await txManagerWorld();
  });
  afterEach(() => world.close());

  it('raises the fee of a call that is not mined, and takes the receipt of either version', async () => {
    await world.chain.call('evm_setAutomine', false);
    const { key, records } = world.process({ raiseAfterMs: 30 });
    const sent = await key.send('sponsor', pay(9n));
    const mined = sent?.mined();
    const raised = async () => {
      for (;;) {
        const [, second] = await records.unfinishedSent();
        if (second && (await world.chain.provider.getTransaction(second.hash))) break;
        await new Promise(setImmediate);
      }
      await world.chain.call('evm_mine');
    };
    const [receipt] = await Promise.all([mined, raised()]);
    expect(receipt?.status).to.equal(1);
    expect(receipt?.hash).to.not.equal(sent?.hash);
    expect(await world.received()).to.equal(9n);
  });

  it('sees through what another process sent and did not finish, at a higher fee', async () => {
    await world.chain.call('evm_setAutomine', false);
    const dead = world.process();
    await dead.key.send('relay', pay(9n));
    const [left] = await dead.records.unfinishedSent();
    if (!left) throw new Error('nothing is recorded');
    const { key, records } = world.process({ raiseAfterMs: 30 });
    const mined = key.follow(left).mined();
    await world.versionsOf(records, left.nonce, 2);
    await world.chain.call('evm_mine');
    expect((await mined).hash).to.not.equal(left.hash);
    expect(await world.received()).to.equal(9n);
  });

  it('raises what holds up the queue, once for all who wait', async () => {
    await world.chain.call('evm_setAutomine', false);
    const [one, other] = [world.process({ raiseAfterMs: 1_000 }), world.process({ raiseAfterMs: 1_000 })];
    const sent = [];
    for (const { key } of [one, other, one]) sent.push(await key.send('relay', pay(1n)));
    const mined = sent.map((call) => call?.mined());
    await world.versionsOf(one.records, 0, 2);
    const [, ...behind] = await one.records.unfinishedSent();
    expect(behind.map(({ nonce }) => nonce)).to.deep.equal([0, 1, 2]);
    await world.chain.call('evm_mine');
    for (const receipt of await Promise.all(mined)) expect(receipt?.status).to.equal(1);
  });

  it('does not take another call under the same nonce for its own', async () => {
    const balance = await world.chain.provider.getBalance(world.process().key.address);
    const refused = await world.leaveUnsent(balance + 1n);
    const { key } = world.process();
    const sent = await key.send('relay', pay(4n));
    await sent?.mined();
    expect(sent?.nonce).to.equal(refused.nonce);
    expect(
      await key
        .follow(refused)
        .mined()
        .catch((error) => error),
    ).to.be.instanceOf(Replaced);
  });

  it('stops waiting when it is told to, and the transaction stays recorded', async () => {
    await world.chain.call('evm_setAutomine', false);
    const stop = new AbortController();
    const { key, records } = world.process({ signal: stop.signal });
    const sent = await key.send('relay', pay(9n));
    const mined = sent?.mined().catch((error) => error);
    stop.abort();
    expect((await mined).name).to.equal('AbortError');
    expect(await records.unfinishedSent()).to.have.lengthOf(1);
  });

  it('throws StillPending when its patience ends, and the transaction stays recorded', async () => {
    await world.chain.call('evm_setAutomine', false);
    const { key, records } = world.process({ giveUpAfterMs: 1 });
    const sent = await key.send('sponsor', pay(9n));
    expect(await sent?.mined().catch((error) => error)).to.be.instanceOf(StillPending);
    expect((await records.unfinishedSent()).map((tx) => tx.hash)).to.deep.equal([sent?.hash]);
  });

  it('throws Replaced when the wallet used the nonce for something else', async () => {
    await world.chain.call('evm_setAutomine', false);
    const { key } = world.process();
    const sent = await key.send('sponsor', pay(9n));
    const wallet = testWallet(0, world.chain.provider);
    await wallet.sendTransaction({
      to: PAYEE,
      value: 1n,
      nonce: sent?.nonce ?? null,
      maxFeePerGas: 10n ** 11n,
      maxPriorityFeePerGas: 10n ** 11n,
    });
    await world.chain.call('evm_mine');
    expect(await sent?.mined().catch((error) => error)).to.be.instanceOf(Replaced);
    expect(await world.received()).to.equal(1n);
  });
});
