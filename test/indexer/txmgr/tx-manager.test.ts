import { expect } from 'chai';
import { getCreateAddress } from 'ethers';
import type { SentTransaction } from '../../../indexer/store/book.ts';
import { isRefusal } from '../../../indexer/txmgr/broadcast.ts';
import { KeyBusy } from '../../../indexer/txmgr/key-lock.ts';
import { inFlight } from '../../../indexer/txmgr/nonces.ts';
import { PAYEE, pay, type TxManagerWorld, txManagerWorld } from './world.ts';

describe("operator's key", () => {
  let world: TxManagerWorld;
  beforeEach(async () => {
    world = await txManagerWorld();
  });
  afterEach(() => world.close());

  it('throws KeyBusy when another process keeps the key', async () => {
    const [one, other] = [world.process(), world.process({ waitMs: 100 })];
    const error = await one.lock.hold(() => other.key.send('relay', pay(1n)).catch((caught) => caught));
    expect(error).to.be.instanceOf(KeyBusy);
    expect(await world.received()).to.equal(0n);
  });

  it('records nothing when the node refuses the call, and the nonce goes to the next one', async () => {
    const { key, records } = world.process();
    const balance = await world.chain.provider.getBalance(key.address);
    const error = await key.send('relay', pay(balance + 1n)).catch((caught) => caught);
    expect(isRefusal(error)).to.equal(true);
    expect(error.message).to.match(/enough funds/);
    expect(await records.unfinishedSent()).to.deep.equal([]);
    const sent = await key.send('relay', pay(5n));
    expect((await sent?.mined())?.status).to.equal(1);
    expect(sent?.nonce).to.equal(0);
  });

  it('sends nothing when there turns out to be nothing to send', async () => {
    const { key } = world.process();
    expect(await key.send('relay', async () => null)).to.equal(null);
    expect(await world.chain.provider.getTransactionCount(key.address)).to.equal(0);
  });

  it('creates a contract, at the address that follows from the nonce it tells', async () => {
    const { key } = world.process();
    await (await key.send('relay', pay(1n)))?.mined();
    let told = '';
    const sent = await key.send('create', async (_, nonce) => {
      told = getCreateAddress({ from: key.address, nonce });
      return { to: null, data: '0x60015f5260015ff3' }; // its code is one zero byte
    });
    const receipt = await sent?.mined();
    expect(receipt?.contractAddress).to.equal(told);
    expect(await world.chain.provider.getCode(told)).to.equal('0x00');
  });

  it('gives every call of several processes at once its own nonce', async () => {
    const processes = [world.process(), world.process(), world.process()];
    const sent = await Promise.all(
      Array.from({ length: 15 }, (_, index) => processes[index % 3]?.key.send('relay', pay(1n))),
    );
    for (const call of sent) expect((await call?.mined())?.status).to.equal(1);
    expect(sent.map((call) => call?.nonce).sort((a = 0, b = 0) => a - b)).to.deep.equal([
      ...Array(15).keys(),
    ]);
    expect(await world.received()).to.equal(15n);
  });

  it('sends what a crash left unsent, unchanged, before anything new', async () => {
    const leftover = await world.leaveUnsent(3n);
    const sent = await world.process().key.send('relay', pay(4n));
    await sent?.mined();
    expect(sent?.nonce).to.equal(leftover.nonce + 1);
    expect((await world.chain.provider.getTransactionReceipt(leftover.hash))?.status).to.equal(1);
    expect(await world.received()).to.equal(7n);
  });

  it('gives the nonce of a leftover that the node refuses to the next call, so only one of the two can be mined', async () => {
    const balance = await world.chain.provider.getBalance(world.process().key.address);
    const leftover = await world.leaveUnsent(balance + 1n);
    const shown: SentTransaction[][] = [];
    const sent = await world.process().key.send('relay', async (unmined) => {
      shown.push(unmined);
      return { to: PAYEE, data: '0x', value: 4n };
    });
    await sent?.mined();
    expect(sent?.nonce).to.equal(leftover.nonce);
    expect(shown).to.deep.equal([[]]);
    expect(await world.received()).to.equal(4n);
  });

  it('shows the next call what is sent and not mined yet', async () => {
    await world.chain.call('evm_setAutomine', false);
    const { key, records } = world.process();
    const first = await key.send('sponsor', pay(1n));
    const unmined = await inFlight(world.chain.provider, records);
    expect(unmined.map(({ hash, purpose }) => [hash, purpose])).to.deep.equal([[first?.hash, 'sponsor']]);
    await world.chain.call('evm_mine');
    await first?.mined();
    expect(await inFlight(world.chain.provider, records)).to.deep.equal([]);
  });

  it('forgets the raw form once the nonce is final', async () => {
    const { key, records } = world.process();
    await (await key.send('sponsor', pay(1n)))?.mined();
    expect(await records.unfinishedSent()).to.have.lengthOf(1);
    await key.send('relay', async () => null);
    expect(await records.unfinishedSent()).to.deep.equal([]);
    expect(await records.senders('sponsor')).to.deep.equal([key.address.toLowerCase()]);
  });

  it('records nothing for a holder whose lock was taken over', async () => {
    const { records } = world.process();
    const tx = { account: '0xaa', nonce: 0, hash: '0x01', raw: '0x02', purpose: 'relay', sentAtMs: 0 };
    expect(await records.leaseKey({ holder: 'paused', nowMs: 0, ttlMs: 10 })).to.equal(true);
    expect(await records.leaseKey({ holder: 'next', nowMs: 9, ttlMs: 10 })).to.equal(false);
    expect(await records.leaseKey({ holder: 'next', nowMs: 10, ttlMs: 10 })).to.equal(true);
    expect(await records.recordSent(tx, 'paused')).to.equal(false);
    await records.releaseKey('paused');
    expect(await records.recordSent(tx, 'next')).to.equal(true);
    await records.forgetSent('0x01', 'paused');
    expect(await records.unfinishedSent()).to.deep.equal([tx]);
  });
});
