import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { formatEther, JsonRpcProvider, parseEther, ZeroAddress } from 'ethers';
import type { Browser } from 'playwright-core';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { dataFolder, getJson, type HostProcess, removeFolder, startHost } from '../../e2e/host.ts';
import { CREATOR, OTHER, PROVIDER } from '../../indexer/http/samples.ts';
import { until } from '../../until.ts';
import { startChromium } from '../chromium.ts';
import { playedPast, seek, type Visit, visit } from './visit.ts';

const VIDEO = 'data/video.mp4';
const CID = 'bafybeidg2n4qmm7g56klatjevkurow6xcsg23z5j5iab7ydp5swutagf6u';
const PRICE = parseEther('0.002');

/** As the wallet chooser numbers them. */
const WALLET = { creator: 2, provider: 3, viewer: 4 } as const;

describe('the page on the development chain', () => {
  let dataDir: string;
  let host: HostProcess;
  let chain: JsonRpcProvider;
  let contract: string;
  let browser: Browser;
  let me: Visit;
  /** Looks on, and touches nothing. */
  let bystander: Visit;

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    chain = new JsonRpcProvider(host.rpcUrl, undefined, { cacheTimeout: -1 });
    ({ contract } = await getJson<{ contract: string }>(`${host.url}/chain`));
    browser = await startChromium();
    me = await visit(browser, host.url);
    bystander = await visit(browser, host.url);
  });
  after(async () => {
    await browser?.close();
    chain?.destroy();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  const credit = (wallet: string) =>
    StreamHost__factory.connect(contract, chain).credits(wallet, ZeroAddress);

  it('shows an empty catalogue, and the way to the first video', async () => {
    await me.open('/');
    await me.page.getByText('Nothing is published yet.').waitFor();
    await bystander.open('/');
    await bystander.page.getByText('Live', { exact: true }).waitFor();
    await me.page.getByRole('link', { name: 'Publish the first video' }).click();
    await me.page.getByRole('heading', { level: 1, name: 'Publish' }).waitFor();
  });

  it('offers the test wallets, marked as public', async () => {
    await me.page.getByRole('button', { name: 'Connect wallet' }).click();
    await me.page.getByText('Public test keys').waitFor();
    await me.page.keyboard.press('Escape');
    await me.page.getByText('Public test keys').waitFor({ state: 'hidden' });
    await me.takeTestWallet(WALLET.creator);
  });

  it('publishes a dropped file: progress, the CID computed here, the split, the result', async () => {
    const { page } = me;
    await drop(VIDEO, 'a_first_video.mp4');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).to.equal('a first video');
    await page.getByLabel('Price of one view').fill('0.002');
    expect(await page.getByLabel(/^Protected/).isChecked()).to.equal(true);
    await page.getByLabel(/^Clear file/).check();
    await page.getByLabel(/Serve it from this host at once/).uncheck();
    const slider = page.getByRole('slider');
    await slider.focus();
    for (let i = 0; i < 10; i += 1) await page.keyboard.press('ArrowLeft');
    expect(await slider.getAttribute('aria-valuetext')).to.equal('60 % to you, 40 % to the provider');
    await page.getByText('0.0012 ETH').waitFor();
    await page.getByRole('button', { name: 'Upload and publish' }).click();
    await me.reached('done');
    await page.getByText('The host has stored the very same file.').waitFor();
    await page.getByText(CID).waitFor();
    await page.getByRole('link', { name: 'a first video' }).waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).to.equal('');
    const { contents } = await getJson<{ contents: Record<string, unknown>[] }>(`${host.url}/contents`);
    expect(contents).to.have.length(1);
    expect(contents[0]).to.include({ cid: CID, price: '0.002', creator_share: 60, provider_share: 40 });
  });

  it('shows it to others who look at the catalogue, at once', async () => {
    await bystander.page.getByRole('link', { name: 'a first video' }).waitFor();
    await bystander.page.getByText('not served yet').waitFor();
  });

  it('shows how long it is, as soon as the host has found that out', async () => {
    const isMeasured = async () => {
      const { contents } = await getJson<{ contents: { media: { is_video: boolean | null } }[] }>(
        `${host.url}/contents`,
      );
      return contents[0]?.media.is_video === true;
    };
    await until('the video is measured', isMeasured);
    await bystander.page.reload();
    await bystander.page.getByText('Length 0:12').waitFor();
  });

  it('names the next upload after its own file; a name that stands on chain stays', async () => {
    const { page } = me;
    await drop(VIDEO, 'another_name.mp4');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).to.equal('another name');
    await page.getByRole('button', { name: 'Upload and publish' }).click();
    await page.getByText('You had published this file already, as “a first video”.').waitFor();
    const { contents } = await getJson<{ contents: object[] }>(`${host.url}/contents`);
    expect(contents).to.have.length(1);
    expect(contents[0]).to.include({ video_name: 'a first video' });
  });

  it('keeps the draft over a reload, and the wallet', async () => {
    await me.page.getByLabel('Name', { exact: true }).fill('The next one');
    await me.page.reload();
    expect(await me.page.getByLabel('Name', { exact: true }).inputValue()).to.equal('The next one');
    await me.page.getByRole('button', { name: /^Your wallet, 0x7099…79C8/ }).waitFor();
    expect(await me.page.getByLabel('Price of one view').inputValue()).to.equal('0.002');
  });

  it('says which field is wrong', async () => {
    const { page } = me;
    await page.getByLabel('Price of one view').fill('cheap');
    await page.getByText('A price is a number such as 0.001.').waitFor();
    await page.getByLabel('Price of one view').fill('0.002');
  });

  it('lets a provider choose the video and register a stream of it', async () => {
    const { page } = me;
    await me.takeTestWallet(WALLET.provider);
    await page.getByRole('link', { name: 'Provide' }).click();
    await page.getByRole('button', { name: /a first video/ }).click();
    await page.getByLabel('Address of your stream').fill('ftp://nowhere');
    await page.getByText('An address begins with https:// or http://').waitFor();
    await page.getByLabel('Address of your stream').fill('http://127.0.0.1:9/stream');
    await page.getByRole('button', { name: 'Register the stream' }).click();
    await page.getByText('Nothing answers at this address.').waitFor();
    const before = await getJson<{ streams: object[] }>(`${host.url}/streams/${CID}`);
    expect(before.streams).to.deep.equal([]);
    await page.getByRole('button', { name: 'Use this host’s copy' }).click();
    await page.getByRole('button', { name: 'Register the stream' }).click();
    await me.reached('done');
    await page.getByText(/^It answers, in \d+ ms, and serves what the CID names\.$/).waitFor();
    await page.getByRole('link', { name: 'a first video' }).waitFor();
    const { streams } = await getJson<{ streams: object[] }>(`${host.url}/streams/${CID}`);
    expect(streams).to.have.length(1);
    await bystander.page.getByText('1 provider').waitFor();
    await bystander.takeTestWallet(WALLET.provider);
    await bystander.open('/earnings');
    await bystander.page.getByText('Nothing to withdraw yet.').waitFor();
  });

  it('changes the address of the stream, by signature: the host sends it', async () => {
    const { page } = me;
    await page.getByLabel(/I only sign/).check();
    await page.getByText('Change the address').click();
    await page.getByLabel('New address').fill('http://localhost:9/away');
    await page.getByRole('button', { name: 'Change it', exact: true }).click();
    await page.getByText('Nothing answers at this address.').waitFor();
    await page.getByRole('button', { name: 'Change it all the same' }).click();
    await page.getByText('http://localhost:9/away').waitFor();
    const { streams } = await getJson<{ streams: { stream_url: string }[] }>(`${host.url}/streams/${CID}`);
    expect(streams.map(({ stream_url }) => stream_url)).to.deep.equal(['http://localhost:9/away']);
  });

  it('finds the video by name, and keeps the search in the address', async () => {
    const { page } = me;
    await me.takeTestWallet(WALLET.viewer);
    await me.open('/');
    await page.getByLabel('Search by name, creator or CID').fill('FIRST');
    await page.getByRole('link', { name: 'a first video' }).waitFor();
    expect(page.url()).to.contain('q=FIRST');
    await page.getByLabel('Search by name, creator or CID').fill('nothing like it');
    await page.getByText('Nothing matches “nothing like it”.').waitFor();
    await page.reload();
    await page.getByText('Nothing matches “nothing like it”.').waitFor();
    await page.getByLabel('Search by name, creator or CID').fill('');
    await page.getByRole('link', { name: 'a first video' }).click();
  });

  it("looks whether something plays before it takes money, and plays the host's copy for a stream that is away", async () => {
    const { page } = me;
    await page.getByText("The provider's stream does not answer; this host has a copy that plays.").waitFor();
    await page.getByRole('button', { name: 'Pay 0.002 ETH and play' }).click();
    await page.getByText('You paid 0.002 ETH.').waitFor();
    await playedPast(page, 0.5);
    await page.getByText("The provider's stream does not play; this is the host's copy.").waitFor();
    expect(await credit(CREATOR)).to.equal((PRICE * 6n) / 10n);
    expect(await credit(PROVIDER)).to.equal((PRICE * 4n) / 10n);
  });

  it('shows the provider its part at once', async () => {
    await bystander.page.getByText('0.0008 ETH', { exact: true }).first().waitFor();
    await bystander.page.getByRole('cell', { name: '0.0008 ETH' }).waitFor();
  });

  it('seeks forward and back', async () => {
    await seek(me.page, 8);
    expect(await playedPast(me.page, 8.2)).to.be.below(12);
    await seek(me.page, 2);
    const now = await playedPast(me.page, 2.2);
    expect(now).to.be.below(7);
  });

  it('knows after a reload what was paid, and plays on', async () => {
    await me.page.reload();
    await me.page.getByText('You paid 0.002 ETH.').waitFor();
    await me.page.locator('video').waitFor();
  });

  it('forgets nothing that is on chain: another browser of the same wallet need not pay again', async () => {
    const other = await visit(browser, host.url);
    await other.open(`/watch/${CID}`);
    await other.takeTestWallet(WALLET.viewer);
    await other.page.getByText('You paid 0.002 ETH.').waitFor();
    await other.close();
  });

  it('shows the payment in the history of all three', async () => {
    const { page } = me;
    await me.open('/earnings');
    await page.getByRole('cell', { name: '0.002 ETH' }).waitFor();
    for (const [wallet, part] of [
      [WALLET.creator, '0.0012 ETH'],
      [WALLET.provider, '0.0008 ETH'],
    ] as const) {
      await me.takeTestWallet(wallet);
      await page.getByRole('cell', { name: part }).waitFor();
    }
  });

  it('pays out what each has earned', async () => {
    const { page } = me;
    for (const [wallet, address] of [
      [WALLET.creator, CREATOR],
      [WALLET.provider, PROVIDER],
    ] as const) {
      await me.takeTestWallet(wallet);
      const [earned, before] = [await credit(address), await chain.getBalance(address)];
      await page
        .getByText(`${formatEther(earned)} ETH`, { exact: true })
        .first()
        .waitFor();
      await page.getByRole('button', { name: 'Withdraw ETH' }).click();
      await me.reached('done');
      await page.getByText(`${formatEther(earned)} earned, ${formatEther(earned)} withdrawn`).waitFor();
      const block = await chain.getBlock('latest');
      const receipt = await chain.getTransactionReceipt(String(block?.transactions[0]));
      expect(await credit(address)).to.equal(0n);
      expect(await chain.getBalance(address)).to.equal(before + earned - (receipt?.fee ?? 0n));
    }
  });

  it('announces a retirement, and takes it back', async () => {
    const { page } = me;
    await me.takeTestWallet(WALLET.creator);
    await me.open('/publish');
    await page.getByRole('button', { name: 'Retire …' }).click();
    await page.getByRole('button', { name: 'Retire it' }).click();
    await page.getByText(/^To be retired/).waitFor();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('button', { name: 'Retire …' }).waitFor();
  });

  it('ends the stream; the video is then served by nobody', async () => {
    const { page } = me;
    await me.takeTestWallet(WALLET.provider);
    await me.open('/provide');
    await page.getByRole('button', { name: 'Stop serving' }).click();
    await page.getByText('Nothing yet.').waitFor();
    await me.open(`/watch/${CID}`);
    await page.getByText('Nobody serves this video right now.').waitFor();
  });

  it('publishes a CID that is on IPFS already', async () => {
    const { page } = me;
    await me.takeTestWallet(WALLET.creator);
    await me.open('/publish?from=cid');
    await page.getByLabel('CID').fill('bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi');
    await page.getByLabel('Name', { exact: true }).fill('From elsewhere');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('link', { name: 'From elsewhere' }).waitFor();
  });

  it('shows the views of a listing, not those of others that list the same file, and which was first', async () => {
    const { page } = me;
    const copy = await listedAgain();
    await me.open(`/watch/${CID}`);
    await page.getByRole('heading', { level: 1, name: 'a first video' }).waitFor();
    await me.open(`/watch/${CID}?id=${copy}`);
    await page.getByText('This is not the first listing of the file.').waitFor();
    await page.getByText('No view is on chain yet.').waitFor();
    await page.getByRole('link', { name: 'see “a first video”' }).click();
    await page.getByText('Others list the same file; this listing was the first.').waitFor();
    await page
      .getByRole('table', { name: 'Latest views' })
      .getByRole('cell', { name: '0.002 ETH' })
      .waitFor();
  });

  it('plays a free video at once, without a wallet', async () => {
    const free = await freeVideo();
    await bystander.open(`/watch/${free}`);
    await bystander.page.getByText('Free', { exact: true }).waitFor();
    await playedPast(bystander.page, 0.3);
    expect(await bystander.page.getByRole('button', { name: /^Pay/ }).count()).to.equal(0);
  });

  it('publishes what its host serves at once; who has paid it signs, and plays it from there', async () => {
    const { page } = me;
    await me.takeTestWallet(WALLET.creator);
    await me.open('/publish');
    const buffer = Buffer.concat([readFileSync(VIDEO), Buffer.from('served')]);
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'served.mp4', mimeType: 'video/mp4', buffer });
    await page.getByLabel(/Serve it from this host at once/).check();
    await page.getByRole('button', { name: 'Upload and publish' }).click();
    await page.getByText('Viewers can watch it now.').waitFor();
    await page.getByRole('link', { name: 'See it as viewers do' }).click();
    await me.takeTestWallet(WALLET.viewer);
    await page
      .getByText('It plays once it is paid: this host serves the very file that the CID names.')
      .waitFor();
    // The records show the payment before the wallet's receipt does.
    const isShown = page.getByText('You paid 0.002 ETH.').waitFor();
    await page.route(`${host.rpcUrl}/`, async (route) => {
      if (route.request().postData()?.includes('eth_getTransactionReceipt')) await isShown;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Pay 0.002 ETH and play' }).click();
    await playedPast(page, 0.3);
    await page.unroute(`${host.rpcUrl}/`);
    await page.getByText(`From the provider at ${new URL(host.url).host}.`, { exact: true }).waitFor();
    expect(await page.locator('video').getAttribute('src')).to.match(/\/play\/~[\w-]{22}\/bafy\w+$/);
  });

  it('names a video that does not exist, and a view that does not', async () => {
    const { page } = me;
    await me.open('/watch/bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e');
    await page.getByText('There is no such video here.').waitFor();
    await me.open('/nowhere');
    await page.getByText('There is no such view.').waitFor();
  });

  it('had no error in its console, nor a refusal by its own policy', async () => {
    await me.close();
    await bystander.close();
  });

  /** By another creator, with a stream of it; gives the id on chain. */
  async function listedAgain(): Promise<string> {
    const listing = { video_name: 'A copy', content_creator_wallet: OTHER };
    const terms = { creator_share: 70, provider_share: 30, price: '0.000001' };
    const stream = { stream_url: `${host.url}/ipfs/${CID}`, content_distributor_wallet: OTHER };
    const answer = await fetch(`${host.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ cid: CID, ...listing, ...terms, ...stream }),
    });
    const { server } = (await answer.json()) as { server: { content_id: string } };
    return server.content_id;
  }

  /** Another file, which plays the same; gives its CID. */
  async function freeVideo(): Promise<string> {
    const form = new FormData();
    const terms = { creator_share: 70, provider_share: 30, price: '0' };
    const listing = { video_name: 'For everybody', content_creator_wallet: CREATOR, ...terms };
    form.set('json_data', JSON.stringify(listing));
    form.set('file', new Blob([readFileSync(VIDEO), 'free']), 'free.mp4');
    const answer = await fetch(`${host.url}/upload-content`, { method: 'POST', body: form });
    const { meta } = (await answer.json()) as { meta: { cid: string } };
    return meta.cid;
  }

  /** As a person drags it there from a folder. */
  async function drop(path: string, name: string): Promise<void> {
    const bytes = readFileSync(path).toString('base64');
    const data = await me.page.evaluateHandle(
      ([content = '', called = '']) => {
        const transfer = new DataTransfer();
        const file = new File([Uint8Array.from(atob(content), (byte) => byte.charCodeAt(0))], called, {
          type: 'video/mp4',
        });
        transfer.items.add(file);
        return transfer;
      },
      [bytes, name],
    );
    const zone = me.page.getByRole('group', { name: 'The video file' });
    await zone.dispatchEvent('dragover', { dataTransfer: data });
    await zone.dispatchEvent('drop', { dataTransfer: data });
  }
});
