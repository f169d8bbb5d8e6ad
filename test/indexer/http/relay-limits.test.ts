import { expect } from 'chai';
import type { Code } from '../../../indexer/http/problems/codes.ts';
import type { RelayLimits } from '../../../indexer/relay/policy.ts';
import { type Answer, CREATOR, expectProblem, OPERATOR } from './api.ts';
import { type SignedHost, type SignedWrite, startSigned } from './signed-writes.ts';
import { authorize, waysOn } from './signing.ts';

/** Enough for one publication, not for two. */
const SCARCE = 150_000n;

describe('RELAY', () => {
  let on: SignedHost;
  afterEach(() => on.api.stop());

  const start = async (relay: Partial<RelayLimits>) => {
    on = await startSigned({ relay });
  };
  /** Publishes something new by signature. */
  async function publish(write?: SignedWrite): Promise<{ shown: Answer; answer: Answer }> {
    write ??= await on.writes.publish();
    const shown = await on.send(write);
    const signed = await authorize(on.api.wallet(write.signer), waysOn(shown).typed_data);
    return { shown, answer: await on.send(write, signed) };
  }
  /** Expects that it is refused, changes nothing, and can be sent by the wallet itself all the same. */
  async function refused(status: number, code: Code): Promise<Answer> {
    const write = await on.writes.publish();
    const before = await on.api.state();
    const { shown, answer } = await publish(write);
    const body = expectProblem(answer, status, code);
    expect(await on.api.state()).to.deep.equal(before);
    expect(body.transaction).to.deep.equal(waysOn(shown).transaction);
    const { chain_id: chainId, ...transaction } = waysOn(answer).transaction;
    const sent = await on.api.wallet(1).sendTransaction({ ...transaction, chainId });
    expect((await sent.wait())?.status).to.equal(1);
    return answer;
  }

  it('off: nothing is submitted, and an unsigned call is told so', async () => {
    await start({ mode: 'off', allowlist: [CREATOR] });
    await refused(403, 'relay_not_allowed');
    expect((await publish()).shown.body.relayed).to.equal(false);
  });

  it('allowlist: only calls of listed wallets are submitted', async () => {
    await start({ mode: 'allowlist', allowlist: [CREATOR.toLowerCase()] });
    expect((await publish()).answer.status).to.equal(200);
    const write = await on.writes.register();
    await on.api.settled();
    const shown = await on.send(write);
    expect(shown.body.relayed).to.equal(false);
    const signed = await authorize(on.api.wallet(write.signer), waysOn(shown).typed_data);
    expectProblem(await on.send(write, signed), 403, 'relay_not_allowed');
    expect(await write.stands()).to.equal(false);
  });

  for (const limit of ['gasPerDay', 'gasPerWallet', 'gasPerClient'] as const) {
    it(`${limit}: what goes beyond it is refused until the day is over`, async () => {
      await start({ [limit]: SCARCE });
      expect((await publish()).answer.status).to.equal(200);
      const answer = await refused(429, 'relay_budget_spent');
      const waitSec = Number(answer.headers.get('retry-after'));
      expect(waitSec).to.be.within(1, 86_400);
      expect(answer.body.retry_after_sec).to.equal(waitSec);
    });
  }

  it('a key without money says so for now, and shows the transaction', async () => {
    await start({});
    await on.api.chain.provider.send('hardhat_setBalance', [OPERATOR, '0x1']);
    const answer = await refused(503, 'relay_unavailable');
    expect(answer.headers.get('retry-after')).to.equal('5');
  });

  it('a block that takes long is not waited for for ever; the same call again finds the transaction', async () => {
    on = await startSigned({ relayWaitMs: 1 });
    const write = await on.writes.publish();
    const { typed_data } = waysOn(await on.send(write));
    const signed = await authorize(on.api.wallet(write.signer), typed_data);
    await on.api.chain.provider.send('evm_setAutomine', [false]);
    const hashes = [];
    for (const _ of [1, 2]) {
      const body = expectProblem(await on.send(write, signed), 503, 'relay_pending');
      hashes.push(body.tx_hash);
    }
    await on.api.chain.provider.send('evm_mine', []);
    expect((await on.send(write, signed)).status).to.equal(200);
    expect(hashes[1]).to.equal(hashes[0]);
    expect((await on.api.chain.provider.getTransactionReceipt(String(hashes[0])))?.status).to.equal(1);
  });

  it('counts what a call took, not what it might have taken', async () => {
    // About 86,000 gas, estimated with room for a fifth more: three fit only where the room is given back.
    await start({ gasPerWallet: 290_000n });
    for (const each of [1, 2, 3]) expect((await publish()).answer.status, `call ${each}`).to.equal(200);
    expectProblem((await publish()).answer, 429, 'relay_budget_spent');
  });
});
