import { expect } from 'chai';
import { getCreateAddress, parseEther, type Wallet } from 'ethers';
import { TestToken__factory } from '../../../types/ethers-contracts/factories/mocks/TestToken__factory.ts';
import { testWallet } from '../../wallets.ts';
import { type Answer, expectProblem } from './api.ts';
import { type ChannelMoney, MINIMUM, startChannelMoney } from './channel-money.ts';

interface Sent {
  from: string;
  to: string;
  data: string;
  value: string;
}

describe('POST /channels, by the settings,', () => {
  let on: ChannelMoney;
  afterEach(() => on?.api.stop());

  const sendable = async (answer: Answer, viewer: Wallet) => {
    const { to, data } = answer.body.transaction as Sent;
    await (await on.api.wallet(0).sendTransaction({ to: viewer.address, value: parseEther('1') })).wait();
    expect((await (await viewer.sendTransaction({ to, data })).wait())?.status).to.equal(1);
  };

  it('RELAY=off: brings nothing in, and says so before anybody signs', async () => {
    on = await startChannelMoney({ relay: { mode: 'off' } });
    const viewer = await on.viewerWith();
    expect((await on.deposit(on.bodyOf(viewer))).body.relayed).to.equal(false);
    expect((await on.api.get('/chain')).body.relayed_deposits).to.deep.equal([]);
    const answer = await on.deposit(await on.signed(viewer));
    expectProblem(answer, 403, 'relay_not_allowed');
    await sendable(answer, viewer);
  });

  it('RELAY=allowlist: viewers need not be listed', async () => {
    on = await startChannelMoney({ relay: { mode: 'allowlist', allowlist: [] } });
    const least = [{ token: on.tokenAddress, min_base_units: MINIMUM.toString() }];
    expect((await on.api.get('/chain')).body.relayed_deposits).to.deep.equal(least);
    expect((await on.deposit(await on.signed(await on.viewerWith()))).status).to.equal(201);
    const { coins } = (await on.api.get('/chain')).body as { coins: object[] };
    expect(coins).to.have.length(2);
    expect(coins[1], 'a token that the host vouches for').to.include({
      ...{ token: on.tokenAddress, token_verified: true },
    });
  });

  it('takes half of the gas of a day at most, and shows the transaction to send', async () => {
    // Enough for one, altogether for three.
    on = await startChannelMoney({ relay: { gasPerDay: 480_000n } });
    expect((await on.deposit(await on.signed(await on.viewerWith()))).status).to.equal(201);
    const viewer = await on.viewerWith();
    const request = await on.signed(viewer);
    const before = await on.operatorSent();
    const answer = await on.deposit(request);
    const { retry_after_sec } = expectProblem(answer, 503, 'relay_budget');
    expect(answer.headers.get('retry-after')).to.equal(String(retry_after_sec));
    expect(await on.operatorSent()).to.equal(before);
    await sendable(answer, viewer);
    // It is in, whoever sent it.
    expect((await on.deposit(request)).status).to.equal(200);
  });

  it('a coin without its minimum is not taken, nor one that takes no signatures', async () => {
    on = await startChannelMoney({ env: { RELAY_DEPOSIT_MIN: '' } });
    const viewer = await on.viewerWith();
    expectProblem(await on.deposit(on.bodyOf(viewer)), 403, 'relay_not_allowed', 'token');
    await on.api.stop();

    on = await startChannelMoney({ env: { KNOWN_TOKENS: '' } });
    expectProblem(await on.deposit(on.bodyOf(viewer)), 403, 'relay_not_allowed', 'token');
    const told = on.api.logged.filter(({ facts }) => facts.token === on.tokenAddress.toLowerCase());
    expect(told.map(({ level }) => level)).to.deep.equal(['warn']);
    await on.api.stop();

    const plain = testWallet(7);
    const token = getCreateAddress({ from: plain.address, nonce: 0 });
    on = await startChannelMoney({ env: { KNOWN_TOKENS: token, RELAY_DEPOSIT_MIN: `${token}:1` } });
    await (await new TestToken__factory(on.api.wallet(7)).deploy()).waitForDeployment();
    const change = { token };
    expectProblem(await on.deposit(on.bodyOf(viewer, change)), 403, 'relay_not_allowed', 'token');
  });

  it('a block that takes long is not waited for for ever; the same call again finds the transaction', async () => {
    on = await startChannelMoney({ relayWaitMs: 1 });
    const request = await on.signed(await on.viewerWith());
    await on.api.chain.provider.send('evm_setAutomine', [false]);
    const hashes = [];
    for (const _ of [1, 2])
      hashes.push(expectProblem(await on.deposit(request), 503, 'relay_pending').tx_hash);
    expect(hashes[1]).to.equal(hashes[0]);
    await on.api.chain.provider.send('evm_mine', []);
    expect((await on.deposit(request)).status).to.equal(200);
  });

  it('on the embedded chain takes any amount, by signature as well', async () => {
    on = await startChannelMoney({ remote: false, env: { RELAY_DEPOSIT_MIN: '' } });
    const viewer = await on.viewerWith();
    const answer = await on.deposit(await on.signed(viewer, { amount: '1' }));
    expect(answer.status).to.equal(201);
    expect(await on.spentBy(viewer)).to.deep.equal([0n, 0]);
  });
});
