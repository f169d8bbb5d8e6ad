import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { type ContractRunner, parseEther, ZeroAddress } from 'ethers';
import type { Browser, Locator, Page } from 'playwright-core';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import type { HostProcess } from '../../e2e/host.ts';
import { type PublicChain, startPublicChain } from '../../e2e/public-chain.ts';
import { signIn, upload } from '../../e2e/wallet-client.ts';
import { startChromium } from '../chromium.ts';
import { installExtension } from './extension.ts';
import { freePort } from './free-port.ts';
import { type SlowProvider, startSlowProvider } from './slow-provider.ts';
import { playedPast, type Visit, visit } from './visit.ts';

const VIDEO = 'data/video.mp4';
const METERED = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';
const SEPOLIA = 11_155_111;
const [OF_HOST, AWAY, ALIVE] = [2, 4, 5] as const;

describe('the page of a host that gives what is sold to nobody', () => {
  let chain: PublicChain;
  let host: HostProcess;
  let browser: Browser;
  let alive: SlowProvider;
  let me: Visit;
  let page: Page;
  let cid: string;
  let contentId: string;

  before(async function () {
    this.timeout(180_000);
    chain = await startPublicChain();
    host = await chain.startHost({ PORT: String(await freePort()) });
    alive = await startSlowProvider(VIDEO, 300_000);
    const creator = chain.plain(1);
    const terms = { creator_share: 70, provider_share: 30, price: '0.001' };
    const listing = { video_name: 'Sold', content_creator_wallet: creator.address, ...terms };
    const stored = await upload(host, await signIn(host, creator), readFileSync(VIDEO), listing);
    ({ cid, content_id: contentId } = stored.body.meta as { cid: string; content_id: string });
    const publication = {
      cid,
      token: '0x'.padEnd(42, '0'),
      pricePerUnit: parseEther('0.001'),
      providerShareBps: 3_000,
      unit: 0,
      name: 'Sold',
      metadata: '',
    };
    await (await contractOf(creator.signer).publish(publication)).wait();
    await serve(OF_HOST, `${host.url}/ipfs/${cid}`);
    browser = await startChromium();
    me = await visit(browser, host.url);
    page = me.page;
    const extension = await installExtension(me.context, { signer: chain.plain(3).signer, chainId: SEPOLIA });
    await me.open('/');
    await me.takeExtension(extension.name);
    await page.getByRole('link', { name: 'Sold' }).click();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await page.locator('body').innerText());
  });
  after(async () => {
    await browser?.close();
    await alive?.die();
    await host?.end('SIGTERM');
    await chain?.stop();
  });

  const contractOf = (runner: ContractRunner) => StreamHost__factory.connect(chain.contract, runner);
  const serve = async (wallet: number, url: string) =>
    (await contractOf(chain.plain(wallet).signer).registerStream(contentId, url)).wait();
  const option = (wallet: number) =>
    page.locator('.option').filter({ has: page.locator(`[value="${chain.plain(wallet).address}"]`) });
  const pay = () => page.getByRole('button', { name: /^Pay .* and play$/ });

  it('offers no payment where the file would be refused to who has paid, and says so', async () => {
    await page.getByText('The stream wants to be paid, but takes no payment for this listing.').waitFor();
    await page.getByText('so paying is not offered').waitFor();
    expect(await pay().count()).to.equal(0);
    expect(await page.getByText(/^Pay .*to play$/).count()).to.equal(0);
  });

  it('offers none for a stream that is away either', async () => {
    await serve(AWAY, 'http://127.0.0.1:9/away');
    await option(AWAY).getByText('does not play').waitFor();
    await option(AWAY).getByRole('radio').check();
    await page.getByText('The stream does not answer with a video.').waitFor();
    expect(await pay().count()).to.equal(0);
  });

  it('proposes who answers, and does not vouch for what nobody has checked', async () => {
    await serve(ALIVE, alive.url);
    await me.open(`/watch/${cid}`);
    await page.getByText('Not verified: nobody has compared it with the CID.').waitFor();
    expect(await option(ALIVE).getByRole('radio').isChecked()).to.equal(true);
    for (const wallet of [OF_HOST, AWAY]) await option(wallet).getByText('does not play').waitFor();
    await option(ALIVE).getByText('answers').waitFor();
    for (const wallet of [ALIVE, AWAY])
      expect(await isColoured(option(wallet).locator('.icon'))).to.equal(true);
  });

  it('plays what was paid, from the stream that answered before', async () => {
    await pay().click();
    await page.getByText('You paid 0.001 ETH.').waitFor();
    await playedPast(page, 0.5);
    await page.getByText(/^From the provider at .* Not verified/).waitFor();
  });

  it('sells no minutes of a file that plays as a whole, whoever has listed it so', async () => {
    const metered = {
      ...{ cid: METERED, token: ZeroAddress, pricePerUnit: 1n, providerShareBps: 0 },
      ...{ unit: 1, name: 'By the minute', metadata: '' },
    };
    const creator = contractOf(chain.plain(1).signer);
    await (await creator.publish(metered)).wait();
    const id = await creator.contentIdOf(chain.plain(1).address, ZeroAddress, METERED);
    await (await contractOf(chain.plain(ALIVE).signer).registerStream(id, alive.url)).wait();
    await me.open('/');
    await page.getByRole('link', { name: 'By the minute' }).click();
    await page.getByText('Not verified: nobody has compared it with the CID.').waitFor();
    await page.getByText('This host does not sell minutes of a file that plays as a whole').waitFor();
    expect(await pay().count()).to.equal(0);
    expect(await page.getByText(/^Pay .*to play$/).count()).to.equal(0);
  });

  it('is not green any more when the chain is away, and says why', async () => {
    await page.getByText('Live', { exact: true }).waitFor();
    await chain.stopNode();
    await page.getByText(/^Chain not reachable: ./).waitFor({ timeout: 60_000 });
    expect(await page.getByText('Live', { exact: true }).count()).to.equal(0);
    await me.close();
  });
});

/** Whether an icon has another colour than the words beside it. */
function isColoured(icon: Locator): Promise<boolean> {
  return icon.evaluate((element) => {
    const { parentElement: words } = element;
    return words !== null && getComputedStyle(element).color !== getComputedStyle(words).color;
  });
}
