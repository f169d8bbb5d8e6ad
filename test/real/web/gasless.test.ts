import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parseEther, type Wallet } from 'ethers';
import type { Browser } from 'playwright-core';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { getJson } from '../../e2e/host.ts';
import { CREATOR } from '../../indexer/http/samples.ts';
import { until } from '../../until.ts';
import { testWallet } from '../../wallets.ts';
import { startChromium } from '../chromium.ts';
import { makeSource } from '../ffmpeg-sources.ts';
import { type Extension, installExtension } from './extension.ts';
import { publishProtected } from './protected-upload.ts';
import { ONE, startTokenWorld, TOKEN, type TokenWorld } from './token-world.ts';
import { playedPast, seek, type Visit, visit } from './visit.ts';

const DEVNET = 31_337;
const HELD = 100n * ONE;
const PRICE = ONE / 10n;
/** Two minutes are watched. */
const SPENT = 2n * PRICE;
const DELAY_SEC = 10;

interface Channels {
  channels: {
    contract: string;
    provider_wallet: string;
    deposit_base_units: string;
    claimed_base_units: string;
    withdrawable_at: string | null;
  }[];
}

describe('the page, for a wallet with a token and no coin for gas', () => {
  let world: TokenWorld;
  let browser: Browser;
  let me: Visit;
  let extension: Extension;
  let viewer: Wallet;

  before(async function () {
    this.timeout(120_000);
    world = await startTokenWorld();
    const film = new Uint8Array(await readFile(await makeSource(world.dataDir, 'mp4')));
    const terms = { price: '0.1', token: TOKEN, unit: 'minute', preview_sec: 0, serve: true };
    await publishProtected(world.host, 'Two minutes', terms, film);
    viewer = await world.viewerWith(HELD);
    browser = await startChromium();
    me = await visit(browser, world.host.url);
    extension = await installExtension(me.context, { signer: viewer, chainId: DEVNET });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await me.page.locator('body').innerText());
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const channel = async (of = viewer) => {
    const path = `${world.host.url}/wallets/${of.address}/channels`;
    const { channels } = await getJson<Channels>(path);
    expect(channels).to.have.length(1);
    return channels[0] as Channels['channels'][0];
  };

  it('says that the host pays the gas, and that the wallet signs once', async () => {
    const { page } = me;
    await me.open('/');
    await me.takeExtension(extension.name);
    await page.getByRole('link', { name: 'Two minutes' }).click();
    await page.getByRole('button', { name: 'Pay as you watch' }).click();
    await page
      .getByText('Your wallet signs once, and sends nothing: this host does, and pays the gas.')
      .waitFor();
    expect(extension.said).to.deep.equal({ transactions: 0, signatures: 0 });
  });

  it('asks the wallet for nothing that it does not hold', async () => {
    const { page } = me;
    await page.getByLabel('Deposit, in minutes').fill('1001');
    await page.getByText(/^100\.1 .* is more than your wallet holds\.$/).waitFor();
    expect(await page.getByRole('button', { name: /^Deposit 100\.1 .* and play$/ }).isDisabled()).to.equal(
      true,
    );
    await page.getByLabel('Deposit, in minutes').fill('1000');
    await page.getByRole('button', { name: /^Deposit 100 .* and play$/ }).click();
    await page.getByText('That is 500 times what all of this video costs.').waitFor();
    await page.getByLabel('Deposit, in minutes').fill('10');
    expect(extension.said).to.deep.equal({ transactions: 0, signatures: 0 });
  });

  it('plays after one signature', async () => {
    const { page } = me;
    await page.getByRole('button', { name: /^Deposit 1 .* and play$/ }).click();
    await playedPast(page, 1);
    await seek(page, 65);
    await playedPast(page, 65.5);
    expect(extension.said).to.deep.equal({ transactions: 0, signatures: 1 });
    expect((await channel()).deposit_base_units).to.equal(String(10n * PRICE));
    expect(await world.token.balanceOf(viewer)).to.equal(HELD - 10n * PRICE);
  });

  it('has the rest back without another question: to the base unit, without a transaction of its own', async () => {
    const { page } = me;
    await page.getByRole('button', { name: 'Spent and left' }).click();
    await page.getByRole('button', { name: 'Take the rest back' }).click();
    await page.getByText('The rest is in your wallet.').waitFor();
    expect(await world.token.balanceOf(viewer)).to.equal(HELD - SPENT);
    expect(extension.said).to.deep.equal({ transactions: 0, signatures: 1 });
    expect(await channel()).to.include({ deposit_base_units: '0', claimed_base_units: String(SPENT) });
    expect(await world.chain.getBalance(viewer.address)).to.equal(0n);
    expect(await world.chain.getTransactionCount(viewer.address)).to.equal(0);
    const { contract, provider_wallet: provider } = await channel();
    const chain = StreamHost__factory.connect(contract, testWallet(0, world.chain));
    const credits = await Promise.all([CREATOR, provider].map((each) => chain.credits(each, TOKEN)));
    expect(credits).to.deep.equal([(SPENT * 7n) / 10n, (SPENT * 3n) / 10n]);
    expect(await world.token.balanceOf(contract)).to.equal(SPENT);
  });

  const takenOn = (state: string) => ({ status: 202, json: { message: 'On its way.', release: { state } } });
  /** The browser of somebody else, who pays for the film and asks what is left. */
  const paying = async (by: Wallet) => {
    const other = await visit(browser, world.host.url);
    const { page } = other;
    const own = await installExtension(other.context, { signer: by, chainId: DEVNET });
    await other.open('/');
    await other.takeExtension(own.name);
    await page.getByRole('link', { name: 'Two minutes' }).click();
    await page.getByRole('button', { name: 'Pay as you watch' }).click();
    await page.getByRole('button', { name: /^Deposit 1 .* and play$/ }).click();
    await playedPast(page, 1);
    await page.getByRole('button', { name: 'Spent and left' }).click();
    const leave = page.getByRole('button', { name: 'Take the rest back' });
    await leave.waitFor();
    const byWallet = page.getByRole('button', { name: 'Take it back by the wallet' });
    return { other, page, own, leave, byWallet };
  };

  it('signs once more where the host gives nothing back at once, and has it after the delay', async () => {
    const waiting = await world.viewerWith(HELD);
    const { other, page, own, leave, byWallet } = await paying(waiting);
    const refused = { status: 409, code: 'voucher_missing', detail: 'This host has not seen all.' };
    const said = [takenOn('claiming'), takenOn('sent'), { status: 409, json: refused }];
    await page.route('**/release', (route) => route.fulfill(said.shift()));
    expect(await byWallet.count()).to.equal(0);
    await leave.click();
    await page.getByText('The provider takes what is due first …').waitFor();
    await byWallet.waitFor();
    await page.getByText('What is due is taken, and the rest is sent …').waitFor();
    await page.getByText('This host has not seen all.').waitFor();
    expect(await byWallet.count()).to.equal(0);
    await leave.click();
    await page.getByText('The rest is asked for, and nothing more is bought.').waitFor();
    expect((await channel(waiting)).withdrawable_at).to.not.equal(null);
    expect(own.said).to.deep.equal({ transactions: 0, signatures: 2 });
    await until('the provider has claimed', async () => {
      return (await channel(waiting)).claimed_base_units === String(PRICE);
    });
    await world.pass(DELAY_SEC + 1);
    const take = page.getByRole('button', { name: /^Take 0\.9 / });
    // It comes by itself.
    await take.click();
    await page.getByText('The rest is in your wallet. 0.9').waitFor();
    await until('the rest is back', async () => {
      return (await world.token.balanceOf(waiting)) === HELD - PRICE;
    });
    expect(own.said).to.deep.equal({ transactions: 0, signatures: 2 });
    await other.close();
  });

  it('offers the way by the wallet beside a host that is away, or claims for ever', async () => {
    const tired = await world.viewerWith(HELD);
    const { other, page, own, leave, byWallet } = await paying(tired);
    const away = { status: 503, code: 'chain_unavailable', detail: 'The chain is away.' };
    let said: { status: number; json: object } = { status: 503, json: away };
    await page.route('**/release', (route) => route.fulfill(said));
    await leave.click();
    await page.getByText('The chain is away.').waitFor();
    await byWallet.waitFor();
    said = takenOn('claiming');
    await leave.click();
    await page.getByText('The provider takes what is due first …').waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Two minutes' }).click();
    await page.getByRole('button', { name: 'Spent and left' }).click();
    await page.getByText('Not waiting: take it back by the wallet; it comes after the delay.').waitFor();
    await byWallet.click();
    await page.getByText('The rest is asked for, and nothing more is bought.').waitFor();
    expect((await channel(tired)).withdrawable_at).to.not.equal(null);
    expect(own.said).to.deep.equal({ transactions: 0, signatures: 2 });

    // After a reload nothing is promised either, without anybody's asking for the balance.
    await page.reload();
    await page.getByText('The rest is asked for, and nothing more is bought.').waitFor();
    await page.getByText('1 of 2 minutes is open for you.').waitFor();
    expect(await page.getByText('From your deposit').count()).to.equal(0);
    expect(await page.getByRole('button', { name: 'Put more aside' }).count()).to.equal(0);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await playedPast(page, 1);
    await seek(page, 65);
    await page.getByText('Here ends what is paid.').waitFor();
    expect(await page.getByText('Promised, not open yet').count()).to.equal(0);
    await other.close();
  });

  it('has the wallet send it where this host has no gas left, and says so before', async () => {
    const other = await visit(browser, world.host.url);
    const { page } = other;
    const rich = await world.viewerWith(HELD);
    const gas = { to: rich.address, value: parseEther('1') };
    await (await testWallet(7, world.chain).sendTransaction(gas)).wait();
    const own = await installExtension(other.context, { signer: rich, chainId: DEVNET });
    const spent = { status: 503, code: 'relay_budget', detail: 'The gas of this day is spent.' };
    await page.route('**/channels', (route) => route.fulfill({ status: 503, json: spent }));
    await other.open('/');
    await other.takeExtension(own.name);
    await page.getByRole('link', { name: 'Two minutes' }).click();
    await page.getByRole('button', { name: 'Pay as you watch' }).click();
    const deposit = page.getByRole('button', { name: /^Deposit 1 .* and play$/ });
    await deposit.click();
    await page.getByText('This host has spent its gas for viewers for now.').waitFor();
    await page.getByText('This host does not pay the gas for it, so your wallet sends it itself.').waitFor();
    expect(own.said).to.deep.equal({ transactions: 0, signatures: 0 });
    await deposit.click();
    await playedPast(page, 1);
    // What the contract may take, and the deposit.
    expect(own.said).to.deep.equal({ transactions: 2, signatures: 0 });
    expect(await world.token.balanceOf(rich)).to.equal(HELD - 10n * PRICE);
    await other.close();
  });

  it('had no error in its console, nor a refusal by its own policy', async () => {
    await me.close();
  });
});
