import { expect } from 'chai';
import type { ContentRow } from '../../indexer/store/store.ts';
import { runDistribute } from '../../scripts/lib/distribute/run.ts';
import { TestToken__factory } from '../../types/ethers-contracts/factories/mocks/TestToken__factory.ts';
import { PRICE, PROVIDER_SHARE_BPS } from '../indexer/payouts/world.ts';
import { type ScriptWorld, scriptWorld } from './run.ts';

const NOON_SEC = Date.UTC(2024, 5, 1, 12) / 1000;
const DAY_SEC = 86_400;
const PROVIDER_PART = (PRICE * BigInt(PROVIDER_SHARE_BPS)) / 10_000n;

describe('npm run distribute-earnings', () => {
  let world: ScriptWorld;
  let listing: ContentRow;

  beforeEach(async () => {
    world = await scriptWorld();
    listing = await world.publish();
  });
  afterEach(() => world.close());

  const distribute = (args: string[], env?: Record<string, string>) =>
    world.runHere(runDistribute, args, env);
  const distributeApart = (args: string[], env?: Record<string, string>) =>
    world.run('distribute-earnings.ts', args, env);
  const providerCredit = () => world.credits(world.provider);

  it('says in one line that the chain does not answer', async () => {
    const ended = await distributeApart([], { DEVNET_PORT: '1' });
    expect(ended).to.deep.equal({
      how: 1,
      stdout: '',
      stderr:
        'The development chain does not answer at http://127.0.0.1:1: run npm start in another terminal first.\n',
    });
  });

  it('says in one line which option is wrong', async () => {
    const ended = await distribute(['--start-date', 'june']);
    expect(ended.how).to.equal(1);
    expect(ended.stderr).to.equal('--start-date: "june" is not a date such as 2026-11-24.\n');
  });

  it('refuses the records of another chain', async () => {
    const { store } = world.process();
    await store.setChainIdentity({ chainId: 1, genesisHash: `0x${'00'.repeat(32)}` });
    const ended = await distribute([]);
    expect(ended.how).to.equal(1);
    expect(ended.stderr).to.match(/records\.sqlite holds the records of another chain/);
  });

  it('has nothing to pay where no host ever ran', async () => {
    expect(await distribute(['--yes'])).to.deep.equal({
      how: 0,
      stdout: 'Nothing to pay: no view was ever reported to this host.\n',
      stderr: '',
    });
  });

  it('sends nothing when the operator can not pay for all of it', async () => {
    const { report } = world.process();
    await report(listing, NOON_SEC);
    const poor = `0x${'11'.repeat(32)}`;
    const ended = await distribute(['--yes'], { PRIVATEKEY: poor });
    expect(ended.how).to.equal(1);
    expect(ended.stderr).to.match(
      /^The operator 0x\w+ holds 0 ETH; this takes 0\.001\d* ETH\. Nothing was sent\.\n$/,
    );
    expect(await providerCredit()).to.equal(0n);
  });

  it('shows the plan and sends nothing without --yes', async () => {
    const { report } = world.process();
    for (const offset of [0, 1]) await report(listing, NOON_SEC + offset);
    const { how, stdout } = await distribute([]);
    expect(how).to.equal(0);
    expect(stdout).to.match(/^2 views to pay, in 1 transaction:$/m);
    expect(stdout).to.match(
      new RegExp(`^${world.creator.address}  creator +2  0\\.0013334000000000\\d\\d  ETH$`, 'm'),
    );
    expect(stdout).to.match(new RegExp(`^${world.provider.address}  provider +2 +0\\.0006666  ETH$`, 'm'));
    expect(stdout).to.match(/^Total 0\.002000000000000002 ETH, from the operator 0x/m);
    expect(stdout).to.match(/^Gas {3}up to [\d,]+, at most 0\.\d+ ETH at today's fees$/m);
    expect(stdout).to.match(/^Nothing is sent\. To pay, add --yes\.$/m);
    expect(await providerCredit()).to.equal(0n);
  });

  it('pays once with --yes, shows progress, and pays nothing on a second run', async () => {
    const { report } = world.process();
    for (let offset = 0; offset < 7; offset += 1) await report(listing, NOON_SEC + offset);
    const first = await distributeApart(['--yes'], { SPONSOR_BATCH_GAS: '115000' });
    expect(first.stderr).to.equal('');
    expect(first.stdout).to.match(/^7 views to pay, in 3 transactions:$/m);
    expect(first.stdout.match(/^\d\/7 views {2}0x[0-9a-f]{64}$/gm)).to.have.lengthOf(3);
    expect(first.stdout).to.match(/^Paid 7 views:$/m);
    expect(await providerCredit()).to.equal(7n * PROVIDER_PART);

    const second = await distribute(['--yes']);
    expect(second.how).to.equal(0);
    expect(second.stdout).to.equal(
      'Nothing to pay.\nNot now: 7 views paid on chain already, which the host has not indexed yet.\n',
    );
    await world.index();
    expect((await distribute(['--yes'])).stdout).to.equal('Nothing to pay.\n');
    expect(await providerCredit()).to.equal(7n * PROVIDER_PART);
  });

  it('pays only the CID and the days asked for', async () => {
    const other = await world.publish({ cid: 'bafkreif2pall7dybz7vecqka3zo24irdwabwdi4wc55jznaq75q7eaavvu' });
    const { report } = world.process();
    for (const day of [0, 1, 2]) await report(listing, NOON_SEC + day * DAY_SEC);
    await report(other, NOON_SEC + DAY_SEC);
    const days = ['--start-date', '2024-06-02', '--end-date', '2024-06-02'];
    const { stdout } = await distribute(['--cid', listing.cid, ...days, '--yes']);
    expect(stdout).to.match(/^Paid 1 view:$/m);
    expect(await providerCredit()).to.equal(PROVIDER_PART);
  });

  it('never pays a view that its viewer paid on chain', async () => {
    const { report } = world.process();
    await world
      .as(world.viewer)
      .payView(listing.contentId, world.provider.address, 1, PRICE, { value: PRICE });
    await world.index();
    const block = await world.chain.provider.getBlock('latest');
    const paid = await report(listing, block?.timestamp ?? 0);
    expect(paid.linkedTo).to.match(/^0x[0-9a-f]{64}:\d+$/);
    await report(listing, NOON_SEC);
    const { stdout } = await distribute(['--yes']);
    expect(stdout).to.match(/^Paid 1 view:$/m);
    expect(await providerCredit()).to.equal(2n * PROVIDER_PART);
  });

  it('pays views priced in a token, and asks for no more allowance than it spends', async () => {
    const operator = world.wallet(0);
    const token = await new TestToken__factory(operator).deploy();
    const address = (await token.getAddress()).toLowerCase();
    const priced = await world.publish({ token: address });
    const { report } = world.process();
    await report(priced, NOON_SEC);
    await report(priced, NOON_SEC + 1);
    await report(listing, NOON_SEC);
    const name = `${address.slice(0, 6)}…${address.slice(-4)}`;
    const poor = await distribute(['--yes']);
    expect(poor.stderr).to.contain(` holds 0 ${name}; this takes 0.002000000000000002 ${name}.`);
    await (await token.mint(operator.address, 3n * PRICE)).wait();
    await (await token.approve(world.contract, 1n)).wait();
    const { stdout, stderr } = await distribute(['--yes']);
    expect(stderr).to.equal('');
    expect(stdout).to.contain(`\nTotal 0.002000000000000002 ${name} and 0.001000000000000001 ETH, from`);
    expect(await world.credits(world.provider, address)).to.equal(2n * PROVIDER_PART);
    expect(await world.credits(world.provider)).to.equal(PROVIDER_PART);
    expect(await token.balanceOf(operator.address)).to.equal(PRICE);
    expect(await token.allowance(operator.address, world.contract)).to.equal(0n);
  });

  it('pays while other transactions go out with the same key', async () => {
    const { report, txManager } = world.process();
    for (let offset = 0; offset < 6; offset += 1) await report(listing, NOON_SEC + offset);
    const running = distributeApart(['--yes'], { SPONSOR_BATCH_GAS: '115000' });
    let ended = false;
    void running.finally(() => {
      ended = true;
    });
    let relayed = 0n;
    const to = world.wallet(15).address;
    const before = await world.chain.provider.getBalance(to);
    while (!ended) {
      const sent = await txManager.send('relay', async () => ({ to, data: '0x', value: 1n }));
      expect((await sent?.mined())?.status).to.equal(1);
      relayed += 1n;
    }
    const { how, stdout, stderr } = await running;
    expect({ how, stderr }).to.deep.equal({ how: 0, stderr: '' });
    expect(stdout).to.match(/^Paid 6 views:$/m);
    expect(await providerCredit()).to.equal(6n * PROVIDER_PART);
    expect(await world.chain.provider.getBalance(to)).to.equal(before + relayed);
  });

  it('pays every view once when two runs start at the same time', async () => {
    const { report } = world.process();
    for (let offset = 0; offset < 6; offset += 1) await report(listing, NOON_SEC + offset);
    const both = await Promise.all(
      [1, 2].map(() => distributeApart(['--yes'], { SPONSOR_BATCH_GAS: '115000' })),
    );
    expect(both.map(({ how, stderr }) => ({ how, stderr }))).to.deep.equal([
      { how: 0, stderr: '' },
      { how: 0, stderr: '' },
    ]);
    expect(await providerCredit()).to.equal(6n * PROVIDER_PART);
    expect(both.some(({ stdout }) => stdout.includes('your credit'))).to.equal(false);
  });
});
