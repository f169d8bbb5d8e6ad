import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { announceHost, hostFile } from '../../indexer/compose/host-file.ts';
import type { ContentRow } from '../../indexer/store/store.ts';
import { runClaim } from '../../scripts/lib/claim/run.ts';
import { claimingWorld, PRICE, type Process, parts } from '../indexer/playback/claiming/world.ts';
import { scriptWorld } from './run.ts';

describe('npm run claim', () => {
  let world: Awaited<ReturnType<typeof openWorld>>;
  let listing: ContentRow;
  let host: Process;
  const openWorld = async () => claimingWorld(await scriptWorld());

  beforeEach(async () => {
    world = await openWorld();
    listing = await world.publish();
    host = await world.start();
    const here = { url: 'http://127.0.0.1:1', publicUrl: 'http://127.0.0.1:1', pid: process.pid };
    await announceHost(world.folder, { ...here, secret: 'secret' });
  });
  afterEach(() => world.close());

  const settings = (env = {}) => ({ PROVIDER_WALLET: world.provider.address, ...env });
  const claim = (args: string[], env?: Record<string, string>) =>
    world.runHere(runClaim, args, settings(env));
  const claimApart = (args: string[]) => world.run('claim.ts', args, settings());

  it('has nothing to claim where no host ever ran', async () => {
    for (const name of ['book.sqlite', 'records.sqlite']) await rm(join(world.folder, name));
    const { stdout } = await claim([]);
    expect(stdout).to.equal('Nothing to claim: this host has sold nothing.\n');
  });

  it('has nothing to claim where nobody has paid', async () => {
    const { stdout } = await claim(['--yes']);
    expect(stdout).to.equal(`Vouchers of the provider ${world.provider.address}:\nNothing to claim.\n`);
  });

  it('says in one line which option is wrong', async () => {
    const ended = await claimApart(['--everything']);
    expect(ended.how).to.equal(1);
    expect(ended.stderr).to.match(/^Unknown option '--everything'/);
  });

  it('shows what is due and what is not, and sends nothing without --yes', async () => {
    for (const units of [2, 3]) await world.sign(host, await world.open(9n * PRICE), [[listing, units]]);
    const { stdout, stderr } = await claim([]);
    expect(stderr).to.equal('');
    expect(stdout).to.match(/^wait +not due yet +2 +0\.005000000000000005 +ETH$/m);
    expect(stdout).to.match(/^Nothing to claim now\.$/m);
    const all = await claim(['--all']);
    expect(all.stdout).to.match(/^claim +asked for +2 +0\.005000000000000005 +ETH$/m);
    expect(all.stdout).to.match(/^2 vouchers to claim, in 1 transaction\.$/m);
    expect(all.stdout).to.match(/^Nothing is sent\. To claim, add --yes\.$/m);
    expect(await world.earned()).to.deep.equal([0n, 0n]);
  });

  it('claims once with --yes, and nothing on a second run', async () => {
    for (const units of [2, 3]) await world.sign(host, await world.open(9n * PRICE), [[listing, units]]);
    const { stdout, stderr, how } = await claimApart(['--all', '--yes']);
    expect({ how, stderr }).to.deep.equal({ how: 0, stderr: '' });
    expect(stdout).to.match(/^ {2}0x[0-9a-f]{64} {2}2 vouchers {2}0\.005000000000000005 ETH {2}gas /m);
    expect(await world.earned()).to.deep.equal(parts(2, 3));
    const again = await claim(['--all', '--yes']);
    expect(again.stdout).to.match(/^Nothing to claim\.$/m);
    expect(await world.earned()).to.deep.equal(parts(2, 3));
  });

  it('reads the chain itself where no host runs', async () => {
    await world.sign(host, await world.open(9n * PRICE), [[listing, 4]]);
    await host[Symbol.asyncDispose]();
    await rm(hostFile(world.folder));
    await world.open(PRICE);
    const { how, stderr } = await claim(['--all', '--yes']);
    expect({ how, stderr }).to.deep.equal({ how: 0, stderr: '' });
    expect(await world.earned()).to.deep.equal(parts(4));
    host = await world.start();
    const { rows } = await host.book.vouchersOf({ provider: world.provider.address, limit: 9 });
    expect(rows.map(({ state }) => state)).to.deep.equal(['claimed']);
  });

  it('tells what it can not claim: set aside by the contract, or without a delegate', async () => {
    const channel = await world.open(9n * PRICE);
    await world.sign(host, channel, [[listing, 10]]);
    expect((await claim(['--all', '--yes'])).stdout).to.match(/^set aside +deposit_too_low +1 /m);
    expect((await claim([])).stdout).to.contain('Nothing to claim.');
    await world.sign(host, channel, [[listing, 1]], { seq: 1 });
    await claim(['--all', '--yes']);
    const { stdout } = await claim([]);
    expect(stdout).to.contain(
      `Set aside, since the contract does not pay them:\n  0 of channel ${channel.id}: 0.01000000000000001 ETH, deposit_too_low`,
    );
    await world.sign(host, channel, [[listing, 1]], { seq: 2 });
    const stranger = await claim(['--all', '--yes'], { PRIVATEKEY: world.wallet(9).privateKey });
    expect(stranger.stdout).to.contain('has not named this key its delegate: npm run provide -- --setup');
    expect(await world.earned()).to.deep.equal(parts(1));
  });

  it('and a host, claiming at the same time, send each voucher once', async () => {
    for (const units of [1, 2, 3]) await world.sign(host, await world.open(9n * PRICE), [[listing, units]]);
    const [ended] = await Promise.all([claimApart(['--all', '--yes']), host.claiming.run(true)]);
    expect(ended).to.include({ how: 0, stderr: '' });
    const claims = world.as(world.viewer);
    expect(await claims.queryFilter(claims.filters.ClaimBatch())).to.have.length(1);
    expect(await world.earned()).to.deep.equal(parts(1, 2, 3));
  });
});
