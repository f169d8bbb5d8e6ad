import { expect } from 'chai';
import { getAddress, id, Wallet, ZeroAddress } from 'ethers';
import { CliError } from '../../scripts/lib/cli.ts';
import { exitOptions } from '../../scripts/lib/exit/options.ts';
import { runExit } from '../../scripts/lib/exit/run.ts';
import { type ScriptWorld, scriptWorld } from './run.ts';

const DEPOSIT = 10n ** 17n;
const DELAY_SEC = 10;

describe('npm run exit-calldata', () => {
  let world: ScriptWorld;
  let channelId: string;
  let openTx: string;

  before(async () => {
    world = await scriptWorld();
    const { provider, viewer } = world;
    const authorizer = new Wallet(id('a browser')).address;
    const host = world.as(viewer);
    const args = [provider.address, ZeroAddress, authorizer, id('salt')] as const;
    const config = { viewer: viewer.address, provider: args[0], token: args[1], authorizer, salt: args[3] };
    const sent = await host.open(...args, DEPOSIT, { value: DEPOSIT });
    await sent.wait();
    channelId = await host.channelIdOf(config);
    openTx = sent.hash;
  });
  after(() => world.close());

  const run = (...args: string[]) => world.runHere(runExit, args);
  const runApart = (...args: string[]) => world.run('exit-calldata.ts', args);
  const calldata = (stdout: string) => stdout.split('\n').filter((line) => /^0x[0-9a-f]+$/.test(line));

  it('knows in one line what is wrong with an option', () => {
    const refusals: [string[], RegExp][] = [
      [[], /^Whose channel\? Name the wallet, such as --viewer 0x/],
      [['--viewer', '0x1234'], /^--viewer: "0x1234" is not an address such as 0x/],
      [['--channel', '0x1234'], /^--channel: "0x1234" is not 0x and 64 hex digits\.$/],
      [['--tx', 'abc'], /^--tx: "abc" is not 0x and 64 hex digits\.$/],
      [['--wallet', '0x1234'], /^Unknown option '--wallet'/],
    ];
    for (const [args, message] of refusals) expect(() => exitOptions(args)).to.throw(CliError, message);
  });

  it('says so, and what is not on the chain, in one line', async () => {
    const refusals: [string[], RegExp][] = [
      [['--tx', 'abc'], /^--tx: "abc" is not 0x and 64 hex digits\.\n$/],
      [['--tx', id('none')], /^There is no transaction 0x[0-9a-f]{64} on this chain\.\n$/],
      [['--channel', id('none')], /^No such channel was opened on this chain\.\n$/],
    ];
    for (const [args, message] of refusals) {
      const { how, stdout, stderr } = await run(...args);
      expect(how).to.equal(1);
      expect(stdout).to.equal('');
      expect(stderr).to.match(message);
    }
  });

  it('finds the channel by viewer, by id and by the transaction that opened it', async () => {
    const { viewer, provider } = world;
    const byViewer = await run('--viewer', viewer.address);
    expect(byViewer.how).to.equal(0);
    expect(byViewer.stdout).to.include(`Channel ${channelId}, towards the provider ${provider.address}`);
    expect(byViewer.stdout).to.include('holds 0.1 ETH');
    expect(byViewer.stdout).to.include(
      `from the wallet ${viewer.address} to the contract ${getAddress(world.contract)}, without value:`,
    );
    expect(await runApart('--channel', channelId)).to.deep.equal(byViewer);
    expect(await run('--tx', openTx, '--contract', world.contract)).to.deep.equal(byViewer);
    expect((await run('--viewer', provider.address)).stderr).to.equal(
      'No such channel was opened on this chain.\n',
    );
  });

  it('prints calls with which the viewer gets the deposit back, and nothing else is needed', async () => {
    const { chain, viewer, contract } = world;
    const [initiate = '', finalize = '', cancel = ''] = calldata((await run('--channel', channelId)).stdout);
    const send = async (data: string) => (await viewer.sendTransaction({ to: contract, data })).wait();
    await send(initiate);
    await send(cancel);
    await send(initiate);
    expect((await run('--channel', channelId)).stdout).to.match(
      /The deposit was asked for, and can be taken from 20\d\d-/,
    );
    await chain.call('evm_increaseTime', DELAY_SEC);
    const before = await chain.provider.getBalance(viewer.address);
    const receipt = await send(finalize);
    expect(await chain.provider.getBalance(viewer.address)).to.equal(before + DEPOSIT - (receipt?.fee ?? 0n));
  });
});
