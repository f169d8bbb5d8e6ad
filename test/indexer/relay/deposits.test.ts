import { expect } from 'chai';
import { id, ZeroHash } from 'ethers';
import { RelayPending } from '../../../indexer/contract/calls/call-errors.ts';
import { authorizationData, authorizedCall } from '../../../indexer/relay/channels/authorization.ts';
import { depositSubmission } from '../../../indexer/relay/channels/deposit-submission.ts';
import { createReadTokenDomain } from '../../../indexer/tokens/token-domain.ts';
import { SignedToken__factory } from '../../../types/ethers-contracts/factories/mocks/SignedToken__factory.ts';
import { rejection } from '../../rejection.ts';
import { CHAIN_ID, type RelayWorld, relayWorld } from './world.ts';

const AMOUNT = 5n;

describe('a deposit that is relayed', () => {
  let world: RelayWorld;
  before(async () => {
    world = await relayWorld();
  });
  after(() => world.close());

  it('waits for one of another process that opens the same channel, and is looked at again then', async () => {
    const { viewer, chain } = world;
    const issued = await new SignedToken__factory(viewer).deploy();
    await (await issued.mint(viewer, 2n * AMOUNT)).wait();
    const token = await issued.getAddress();
    const domain = await createReadTokenDomain(chain.rpc, CHAIN_ID)(token);
    if (domain === null) throw new Error('the token has a domain');
    const parties = { viewer: viewer.address, provider: world.provider.address, token };
    const channel = { ...parties, authorizer: viewer.address, salt: ZeroHash };
    const deposit = { contract: world.contract, channel, amount: AMOUNT };
    const submission = async (salt: string, isOpen: boolean) => {
      const validBeforeSec = BigInt(Math.floor(Date.now() / 1_000) + 500);
      const terms = { validAfterSec: 0n, validBeforeSec, salt };
      const { types, message } = authorizationData(deposit, terms, domain);
      const { EIP712Domain: _, ...own } = types;
      const call = authorizedCall(deposit, terms, await viewer.signTypedData(domain, own, message), isOpen);
      return depositSubmission(call, channel, '192.0.2.1');
    };
    type Submission = Awaited<ReturnType<typeof submission>>;
    const submit = async (each: Submission, options: { waitMs?: number } = {}) =>
      await world.relaying(options).relay.ofViewers.submitter?.submitOnce(each);

    const before = await world.operatorSent();
    await chain.call('evm_setAutomine', false);
    const first = submit(await submission(ZeroHash, false));
    await world.pooled(1);
    const second = await submission(id('another'), false);
    const pending = (await rejection(submit(second, { waitMs: 1 }))) as RelayPending;
    expect(pending).to.be.instanceOf(RelayPending);
    await chain.call('evm_mine');
    expect(await first).to.include({ txHash: pending.txHash });
    expect(await submit(second)).to.equal(null);
    await chain.call('evm_setAutomine', true);
    expect(await submit(await submission(id('another'), true))).to.have.property('txHash');
    expect(await world.operatorSent()).to.equal(before + 2);
    const { deposit: held } = await world.as(viewer).channelOf(channel);
    expect(held).to.equal(2n * AMOUNT);
  });
});
