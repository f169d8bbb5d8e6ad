import { expect } from 'chai';
import { Wallet } from 'ethers';
import { pino } from 'pino';
import { RelayPending, RelayRefused, SignatureRefused } from '../../../indexer/contract/calls/call-errors.ts';
import { ContractRevert } from '../../../indexer/contract/calls/revert.ts';
import { openRelay } from '../../../indexer/relay/open.ts';
import { FREE_FOR_ALL } from '../../../indexer/relay/policy.ts';
import { rejection } from '../../rejection.ts';
import { until } from '../../until.ts';
import { type RelayWorld, relayWorld } from './world.ts';

describe('the relay', () => {
  let world: RelayWorld;
  beforeEach(async () => {
    world = await relayWorld();
  });
  afterEach(() => world.close());

  describe('refuses, and sends nothing', () => {
    it('what the key can not pay for, and gives the reserved gas back', async () => {
      const { relay, counted } = world.relaying({ wallet: new Wallet(`0x${'21'.repeat(32)}`) });
      const call = world.streamAt('http://one.example');
      const error = await rejection(world.submit(relay, call, await world.sign(call)));
      expect(error).to.be.instanceOf(RelayRefused).and.include({ reason: 'unable', retryAfterSec: 5 });
      expect(await counted('192.0.2.1')).to.equal(0);
    });

    it('another call under a nonce that is on its way', async () => {
      const { relay } = world.relaying();
      const [one, other] = [world.streamAt('http://one.example'), world.streamAt('http://two.example')];
      const first = await world.sign(one);
      const second = await world.sign(other, { nonce: first.nonce });
      await world.chain.call('evm_setAutomine', false);
      const mined = world.submit(relay, one, first);
      await world.pooled(1);
      const error = await rejection(world.submit(relay, other, second));
      expect(error).to.be.instanceOf(SignatureRefused).and.include({ reason: 'used' });
      await world.chain.call('evm_mine');
      expect(await mined).to.not.equal(null);
      expect(await world.url()).to.equal('http://one.example');
    });
  });

  describe('sends a call once', () => {
    it('when two processes are asked for it at once', async () => {
      const [one, other] = [world.relaying(), world.relaying()];
      const call = world.streamAt('http://one.example');
      const signed = await world.sign(call);
      const before = await world.operatorSent();
      const answers = await Promise.all(
        [one, other, one, other].map(({ relay }) => world.submit(relay, call, signed)),
      );
      expect(answers.filter((answer) => answer !== null)).to.not.deep.equal([]);
      expect(await world.operatorSent()).to.equal(before + 1);
      expect(await world.url()).to.equal('http://one.example');
    });

    it('when it was sent by a process that is gone', async () => {
      await world.chain.call('evm_setAutomine', false);
      const call = world.streamAt('http://one.example');
      const signed = await world.sign(call);
      const before = await world.operatorSent();
      const dead = world.relaying({ waitMs: 1 });
      const { txHash } = (await rejection(world.submit(dead.relay, call, signed))) as RelayPending;
      await world.endAll();

      const { relay } = world.relaying({ waitMs: 1 });
      expect(await rejection(world.submit(relay, call, signed))).to.include({ txHash });
      await world.chain.call('evm_mine');
      expect(await world.submit(relay, call, signed)).to.equal(null);
      expect(await world.operatorSent()).to.equal(before + 1);
    });

    it('when it was recorded by a process that died before it could send it', async () => {
      const call = world.streamAt('http://one.example');
      const signed = await world.sign(call);
      const before = await world.operatorSent();
      const hash = await world.leaveUnsent(call, signed);
      const { relay } = world.relaying();
      expect(await world.submit(relay, call, signed)).to.be.oneOf([null, { txHash: hash, blockNumber: 5 }]);
      expect(await world.operatorSent()).to.equal(before + 1);
      expect((await world.chain.provider.getTransactionReceipt(hash))?.status).to.equal(1);
      expect(await world.url()).to.equal('http://one.example');
    });

    it('also when nobody asks again: what a dead process recorded goes out at the next start', async () => {
      const call = world.streamAt('http://one.example');
      const hash = await world.leaveUnsent(call, await world.sign(call));
      world.relaying();
      await until('a receipt', async () => (await world.chain.provider.getTransactionReceipt(hash)) !== null);
      expect(await world.url()).to.equal('http://one.example');
    });
  });

  describe('sees a call through', () => {
    it('that is stuck, at a higher fee, and takes the block of either version', async () => {
      const { relay, book } = world.relaying({ raiseAfterMs: 30 });
      await world.chain.call('evm_setAutomine', false);
      const call = world.streamAt('http://one.example');
      const mined = world.submit(relay, call, await world.sign(call));
      const [first, raised] = await world.versions(book, 2);
      await world.chain.call('evm_mine');
      expect((await mined)?.txHash).to.not.equal(first?.hash);
      expect(raised?.purpose).to.equal('relay');
      expect(await world.url()).to.equal('http://one.example');
    });

    it('that a dead process left stuck', async () => {
      await world.chain.call('evm_setAutomine', false);
      const call = world.streamAt('http://one.example');
      const signed = await world.sign(call);
      await rejection(world.submit(world.relaying({ waitMs: 1 }).relay, call, signed));
      await world.endAll();
      const { book } = world.relaying({ raiseAfterMs: 30 });
      await world.versions(book, 2);
      await world.chain.call('evm_mine');
      expect(await world.url()).to.equal('http://one.example');
    });

    it('that nobody waits for any more, and says which transaction to look for', async () => {
      const { relay, counted } = world.relaying({ waitMs: 1 });
      await world.chain.call('evm_setAutomine', false);
      const call = world.streamAt('http://one.example');
      const signed = await world.sign(call);
      const error = (await rejection(world.submit(relay, call, signed))) as RelayPending;
      expect(error).to.be.instanceOf(RelayPending).and.include({ retryable: true });
      const reserved = await counted(signed.clientIp);
      await world.chain.call('evm_mine');
      const receipt = await world.chain.provider.getTransactionReceipt(error.txHash);
      expect(receipt?.status).to.equal(1);
      // What was not needed is given back all the same.
      await until('counted gas', async () => (await counted(signed.clientIp)) === Number(receipt?.gasUsed));
      expect(reserved).to.be.above(Number(receipt?.gasUsed));
      expect(await world.submit(relay, call, signed)).to.equal(null);
    });

    it('that the contract refused after all, says why, and counts the gas it took', async () => {
      const { relay, counted } = world.relaying();
      const call = world.streamAt('http://one.example');
      const signed = await world.sign(call);
      await world.chain.call('evm_setAutomine', false);
      await world.as(world.provider).invalidateNonces(signed.nonce >> 8n, 1n << (signed.nonce & 255n));
      const submitted = rejection(world.submit(relay, call, signed));
      await world.pooled(2);
      await world.chain.call('evm_mine');
      expect(await submitted)
        .to.be.instanceOf(SignatureRefused)
        .and.include({ reason: 'used' });
      expect(await counted(signed.clientIp)).to.be.above(21_000);
    });

    it('that met another state than it was tried on, and does not send it again', async () => {
      const { relay } = world.relaying();
      const call = world.streamAt('http://one.example');
      const signed = await world.sign(call);
      const before = await world.operatorSent();
      await world.chain.call('evm_setAutomine', false);
      await world.as(world.provider).deregisterStream(world.listing.contentId);
      const submitted = rejection(world.submit(relay, call, signed));
      await world.pooled(2);
      await world.chain.call('evm_mine');
      expect(await submitted)
        .to.be.instanceOf(ContractRevert)
        .and.include({ errorName: 'StreamUnknown' });
      expect(await world.operatorSent()).to.equal(before + 1);
    });
  });

  it('without a key knows what is done, and submits nothing', async () => {
    const { check, chain } = world;
    const { provider } = chain;
    const { book: records } = world.process();
    const log = pino({ level: 'silent' });
    const policies = { policy: FREE_FOR_ALL, viewersPolicy: FREE_FOR_ALL };
    const relay = openRelay({ wallet: null, provider, check, records, ...policies, log, nowSec: () => 0 });
    const call = world.streamAt('http://one.example');
    const signed = await world.sign(call);
    expect(relay.accepts(call.account)).to.equal(false);
    expect(await rejection(world.submit(relay, call, signed)))
      .to.be.instanceOf(RelayRefused)
      .and.include({ reason: 'not allowed' });
    await world.as(world.provider).updateStream(world.listing.contentId, 'http://one.example');
    expect(await world.submit(relay, call, signed)).to.equal(null);
  });
});
