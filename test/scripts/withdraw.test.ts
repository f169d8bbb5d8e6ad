import { expect } from 'chai';
import { Wallet } from 'ethers';
import type { ContentRow } from '../../indexer/store/store.ts';
import { runWithdraw } from '../../scripts/lib/withdraw/run.ts';
import { Payee__factory } from '../../types/ethers-contracts/factories/mocks/Payee__factory.ts';
import { TestToken__factory } from '../../types/ethers-contracts/factories/mocks/TestToken__factory.ts';
import { StreamHost__factory } from '../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { PRICE, PROVIDER_SHARE_BPS } from '../indexer/payouts/world.ts';
import { type ScriptWorld, scriptWorld } from './run.ts';

const PROVIDER_PART = (PRICE * BigInt(PROVIDER_SHARE_BPS)) / 10_000n;
const NATIVE = `0x${'00'.repeat(20)}`;

describe('npm run withdraw', () => {
  let world: ScriptWorld;
  let listing: ContentRow;

  beforeEach(async () => {
    world = await scriptWorld();
    listing = await world.publish();
  });
  afterEach(() => world.close());

  const withdraw = (args: string[], env?: Record<string, string>) => world.runHere(runWithdraw, args, env);
  const withdrawApart = (args: string[], env?: Record<string, string>) => world.run('withdraw.ts', args, env);
  const refusal = async (args: string[], env?: Record<string, string>) => {
    const { how, stderr } = await withdraw(args, env);
    expect(how).to.equal(1);
    return stderr;
  };
  const payView = async (content = listing, provider = world.provider.address) => {
    const value = content.token === NATIVE ? PRICE : 0n;
    await (await world.as(world.viewer).payView(content.contentId, provider, 1, PRICE, { value })).wait();
  };
  const balance = (account: string) => world.chain.provider.getBalance(account);
  const gasIn = (stdout: string) => /gas 0\.(\d+) ETH/.exec(stdout)?.[1]?.padEnd(18, '0') ?? '';

  it('says in one line what is wrong with an option', async () => {
    const { address } = world.provider;
    const unnamed = /^--wallet is missing: whose earnings\?/;
    expect(await refusal([])).to.match(unnamed);
    expect((await withdrawApart([])).stderr).to.match(unnamed);
    expect(await refusal(['--wallet', '0x1234'])).to.match(
      /^--wallet: "0x1234" is not an address such as 0x/,
    );
    expect(await refusal(['--wallet', address, '--key-env', 'NO_SUCH'])).to.equal('NO_SUCH is not set.\n');
    expect(await refusal(['--wallet', address, '--key-env', 'SHELL_KEY'], { SHELL_KEY: 'x' })).to.equal(
      'SHELL_KEY holds no private key: 32 bytes in hex.\n',
    );
    await payView();
    const other = { OTHER_KEY: world.viewer.privateKey };
    expect(await refusal(['--wallet', address, '--key-env', 'OTHER_KEY'], other)).to.equal(
      `The key in OTHER_KEY is of ${world.viewer.address}, not of ${address}.\n`,
    );
    expect(await refusal(['--wallet', address, '--contract', world.viewer.address])).to.equal(
      'There is no such contract on this chain: is the address right?\n',
    );
  });

  it('refuses --to without the key of the wallet', async () => {
    const stranger = Wallet.createRandom();
    await world.serve(listing, stranger);
    await payView(listing, stranger.address);
    const said = await refusal(['--wallet', stranger.address, '--to', world.viewer.address]);
    expect(said).to.match(
      /^--to takes the key of 0x\w+ itself: name the variable that holds it with --key-env\.\n$/,
    );
  });

  it('says what a payee refuses', async () => {
    const payee = await new Payee__factory(world.wallet(0)).deploy();
    await (await payee.set(1)).wait();
    const address = await payee.getAddress();
    await (await payee.execute(world.contract, 0, registration())).wait();
    await payView(listing, address);
    expect(await refusal(['--wallet', address])).to.equal(
      `The contract refuses: RecipientRejected(${address})\n`,
    );
  });

  it('ends well when there is nothing to withdraw', async () => {
    const { address } = world.provider;
    expect(await withdraw(['--wallet', address])).to.deep.equal({
      how: 0,
      stdout: `${address} has nothing to withdraw.\n`,
      stderr: '',
    });
  });

  it("raises the wallet by exactly its credit less the gas, with the wallet's own key", async () => {
    await payView();
    const before = await balance(world.provider.address);
    const { how, stdout } = await withdrawApart(['--wallet', world.provider.address.toLowerCase()]);
    expect(how).to.equal(0);
    expect(await balance(world.provider.address)).to.equal(before + PROVIDER_PART - BigInt(gasIn(stdout)));
    expect(await world.credits(world.provider)).to.equal(0n);
  });

  it('sends it elsewhere with --to', async () => {
    await payView();
    const to = Wallet.createRandom().address;
    const { how } = await withdraw(['--wallet', world.provider.address, '--to', to]);
    expect(how).to.equal(0);
    expect(await balance(to)).to.equal(PROVIDER_PART);
  });

  it('takes the key from the variable that --key-env names', async () => {
    const owner = Wallet.createRandom();
    await world.serve(listing, owner);
    await payView(listing, owner.address);
    await (await world.viewer.sendTransaction({ to: owner.address, value: 10n ** 16n })).wait();
    const to = Wallet.createRandom().address;
    const env = { OWNER_KEY: owner.privateKey };
    const { how, stderr } = await withdrawApart(
      ['--wallet', owner.address, '--to', to, '--key-env', 'OWNER_KEY'],
      env,
    );
    expect({ how, stderr }).to.deep.equal({ how: 0, stderr: '' });
    expect(await balance(to)).to.equal(PROVIDER_PART);
  });

  it('pays out to a wallet whose key is not at hand, at the cost of the operator', async () => {
    const stranger = Wallet.createRandom();
    await world.serve(listing, stranger);
    await payView(listing, stranger.address);
    const { how, stdout } = await withdraw(['--wallet', stranger.address]);
    expect(how).to.equal(0);
    expect(stdout).to.match(new RegExp(`paid by the operator ${world.wallet(0).address}`));
    expect(await balance(stranger.address)).to.equal(PROVIDER_PART);
  });

  it('withdraws every coin that the records know, or the one that is asked for', async () => {
    const token = await new TestToken__factory(world.wallet(0)).deploy();
    const address = (await token.getAddress()).toLowerCase();
    const priced = await world.publish({ token: address });
    await (await token.mint(world.viewer.address, PRICE)).wait();
    await (await token.connect(world.viewer).approve(world.contract, PRICE)).wait();
    await payView();
    await payView(priced);
    await world.index();
    const { stdout } = await withdraw(['--wallet', world.provider.address]);
    expect(stdout.match(/^Paid /gm)).to.have.lengthOf(2);
    expect(await token.balanceOf(world.provider.address)).to.equal(PROVIDER_PART);
    const only = await withdraw(['--wallet', world.creator.address, '--token', address]);
    expect(only.stdout.match(/^Paid /gm)).to.have.lengthOf(1);
    expect(await token.balanceOf(world.creator.address)).to.equal(PRICE - PROVIDER_PART);
    expect(await world.credits(world.creator)).to.equal(PRICE - PROVIDER_PART);
  });

  it('reaches an older deployment, and leaves the newest alone, with --contract', async () => {
    const older = await new StreamHost__factory(world.wallet(0)).deploy(20, 10);
    const at = (wallet: Wallet) => older.connect(wallet);
    const terms = { pricePerUnit: PRICE, providerShareBps: PROVIDER_SHARE_BPS, unit: 0 };
    const publication = { ...terms, cid: 'older', token: NATIVE, name: 'Older', metadata: '' };
    await (await at(world.creator).publish(publication)).wait();
    const contentId = await older.contentIdOf(world.creator.address, NATIVE, 'older');
    await (await at(world.provider).registerStream(contentId, 'http://a.example')).wait();
    const value = PRICE;
    await (await at(world.viewer).payView(contentId, world.provider.address, 1, PRICE, { value })).wait();
    await payView();
    const contract = await older.getAddress();
    const { how, stdout } = await withdraw(['--wallet', world.provider.address, '--contract', contract]);
    expect(how).to.equal(0);
    expect(stdout.match(/^Paid /gm)).to.have.lengthOf(1);
    expect(await older.credits(world.provider.address, NATIVE)).to.equal(0n);
    expect(await world.credits(world.provider)).to.equal(PROVIDER_PART);
  });

  function registration(): string {
    return world
      .as(world.viewer)
      .interface.encodeFunctionData('registerStream', [listing.contentId, 'http://a.example']);
  }
});
