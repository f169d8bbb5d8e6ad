import { expect } from 'chai';
import { formatEther, parseEther, Wallet, ZeroAddress } from 'ethers';
import type { Browser } from 'playwright-core';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { getJson, type HostProcess } from '../../e2e/host.ts';
import { type PublicChain, startPublicChain } from '../../e2e/public-chain.ts';
import { CREATOR, PROVIDER } from '../../indexer/http/samples.ts';
import { startChromium } from '../chromium.ts';
import { type Extension, installExtension } from './extension.ts';
import { freePort } from './free-port.ts';
import { type SlowProvider, startSlowProvider } from './slow-provider.ts';
import { playedPast, seek, type Visit, visit } from './visit.ts';

const VIDEO = 'data/video.mp4';
const CID = 'bafybeidg2n4qmm7g56klatjevkurow6xcsg23z5j5iab7ydp5swutagf6u';
const SEPOLIA = 11_155_111;
const MAINNET = 1;
const PRICE = parseEther('0.001');
const ADDRESS = 'Address of your stream';

/** A person with a browser and a wallet in it. */
type Person = Visit & { extension: Extension };

describe('the page on Sepolia, with a wallet in the browser', () => {
  let chain: PublicChain;
  let host: HostProcess;
  let browser: Browser;
  let slow: SlowProvider;
  let env: Record<string, string>;
  let creator: Person;
  let provider: Person;
  let viewer: Person;
  let now: Visit;

  before(async () => {
    chain = await startPublicChain();
    // The port is known beforehand: people sign in for this very address, and the host comes back to it.
    env = { OPEN_GATEWAY: '1', PORT: String(await freePort()) };
    host = await chain.startHost(env);
    browser = await startChromium();
    slow = await startSlowProvider(VIDEO, 150_000);
    [creator, provider, viewer] = [await person(1), await person(2), await person(3)];
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await now.page.locator('body').innerText());
  });
  after(async () => {
    await browser?.close();
    await slow?.die();
    await host?.end('SIGTERM');
    await chain?.stop();
  });

  async function person(wallet: number | Wallet): Promise<Person> {
    const signer = typeof wallet === 'number' ? chain.plain(wallet).signer : wallet;
    const me = await visit(browser, host.url);
    const extension = await installExtension(me.context, { signer, chainId: SEPOLIA });
    now = me;
    await me.open('/');
    await me.takeExtension(extension.name);
    return { ...me, extension };
  }

  const credit = (wallet: string) =>
    StreamHost__factory.connect(chain.contract, chain.provider).credits(wallet, ZeroAddress);

  describe('a creator', () => {
    before(() => {
      now = creator;
    });

    it('says no to the sign-in, and is told that nothing was signed', async () => {
      const { page, extension } = creator;
      await creator.open('/publish');
      await page.locator('input[type=file]').setInputFiles(VIDEO);
      await page.getByLabel(/^Clear file/).check();
      await page.getByLabel('Name', { exact: true }).fill('On Sepolia');
      await page.getByLabel(/Serve it from this host at once/).uncheck();
      extension.answer = 'no';
      await page.getByRole('button', { name: 'Upload and publish' }).click();
      await creator.reached('failed');
      await page.getByText('You said no in the wallet.').waitFor();
    });

    it('signs in and uploads; leaves, and finds the upload where it was', async () => {
      const { page, extension } = creator;
      extension.answer = 'later';
      await page.getByRole('button', { name: 'Upload and publish' }).click();
      await creator.reached('wallet');
      extension.answer = 'once';
      await page.getByText('The host has stored the very same file.').waitFor();
      await page.reload();
      await page.getByText('“On Sepolia” is uploaded, but not published.').waitFor();
    });

    it('publishes it by signature: no transaction of its own', async () => {
      const { page, extension } = creator;
      const sent = await chain.provider.getTransactionCount(CREATOR);
      await page
        .getByLabel(/I only sign/)
        .first()
        .check();
      extension.answer = 'yes';
      await page.getByRole('button', { name: 'Publish it' }).click();
      await page.getByRole('link', { name: 'On Sepolia' }).waitFor();
      expect(await chain.provider.getTransactionCount(CREATOR)).to.equal(sent);
      const { contents } = await getJson<{ contents: object[] }>(`${host.url}/contents`);
      expect(contents).to.have.length(1);
      expect(contents[0]).to.include({ cid: CID, content_creator_wallet: CREATOR, price: '0.001' });
    });
  });

  describe('a provider', () => {
    before(() => {
      now = provider;
    });

    it('is on another network, says no to changing it, and is told so', async () => {
      const { page, extension } = provider;
      await extension.goTo(MAINNET);
      await provider.open(`/provide?cid=${CID}`);
      await page
        .locator('#main')
        .getByText('Your wallet is on Ethereum; this host works on Sepolia.')
        .waitFor();
      await page.getByLabel(ADDRESS).fill(slow.url);
      extension.answer = 'no';
      await page.getByRole('button', { name: 'Register the stream' }).click();
      await page.getByText('Only this machine or network reaches this address.').waitFor();
      await page.getByRole('button', { name: 'Register it all the same' }).click();
      await provider.reached('failed');
      await page.getByText('The wallet is on another network: Ethereum.').waitFor();
    });

    it('changes the network when asked again, and registers by a transaction', async () => {
      const { page, extension } = provider;
      extension.answer = 'yes';
      await page.getByRole('button', { name: 'Register it all the same' }).click();
      await provider.reached('done');
      await page
        .locator('#main')
        .getByText('Your wallet is on Ethereum; this host works on Sepolia.')
        .waitFor({ state: 'detached' });
      const link = page.getByRole('link', { name: /^Transaction/ }).first();
      expect(await link.getAttribute('href')).to.match(
        /^https:\/\/sepolia\.etherscan\.io\/tx\/0x[0-9a-f]{64}$/,
      );
      await page.getByRole('link', { name: 'On Sepolia' }).waitFor();
    });
  });

  describe('a viewer', () => {
    before(() => {
      now = viewer;
    });

    it('who has too little is told how much is missing, and pays nothing', async () => {
      const poor = Wallet.createRandom(chain.provider) as unknown as Wallet;
      await (await chain.operator.sendTransaction({ to: poor.address, value: PRICE / 2n })).wait();
      const guest = await person(poor);
      await guest.open(`/watch/${CID}`);
      await guest.page.getByRole('button', { name: 'Pay 0.001 ETH and play' }).click();
      await guest.reached('failed');
      await guest.page.getByText('The balance is too low.').waitFor();
      await guest.page.getByText(/the wallet holds 0\.0005 ETH/).waitFor();
      await guest.close();
      now = viewer;
    });

    it('says no to the payment, and is told that nothing was sent', async () => {
      const { page, extension } = viewer;
      await viewer.open(`/watch/${CID}`);
      await page.getByText('Not verified: nobody has compared it with the CID.').waitFor();
      extension.answer = 'no';
      await page.getByRole('button', { name: 'Pay 0.001 ETH and play' }).click();
      await viewer.reached('failed');
      await page.getByText('Nothing was sent or signed.').waitFor();
      expect(await credit(CREATOR)).to.equal(0n);
    });

    it('pays; a reload while the payment waits for its block forgets nothing; then it plays', async () => {
      const { page, extension } = viewer;
      await chain.provider.send('evm_setAutomine', [false]);
      extension.answer = 'later';
      await page.getByRole('button', { name: 'Pay 0.001 ETH and play' }).click();
      await viewer.reached('wallet');
      await page.getByText('Confirm the payment in your wallet.').waitFor();
      extension.answer = 'yes';
      await viewer.reached('pending');
      await page.reload();
      await viewer.reached('pending');
      await page
        .getByRole('link', { name: /^Transaction/ })
        .first()
        .waitFor();
      await chain.provider.send('evm_setAutomine', [true]);
      await chain.provider.send('evm_mine', []);
      await page.getByText('You paid 0.001 ETH.').waitFor();
      await playedPast(page, 0.5);
      expect(await credit(CREATOR)).to.equal((PRICE * 7n) / 10n);
      expect(await credit(PROVIDER)).to.equal((PRICE * 3n) / 10n);
    });

    it('seeks', async () => {
      await seek(viewer.page, 1.5);
      await playedPast(viewer.page, 1.6);
    });

    it('sees where the line broke when provider and host are gone, and that the host is away', async () => {
      const { page } = viewer;
      await host.end('SIGKILL');
      await slow.die();
      await page.getByText('The host does not answer.').first().waitFor();
      await page.getByText(/^The connection was lost at 0:0\d\.$/).waitFor({ timeout: 60_000 });
    });

    it('goes on from there by itself when the host is back', async () => {
      const { page } = viewer;
      host = await chain.startHost(env);
      await page.getByText('The host does not answer.').waitFor({ state: 'detached' });
      expect(await playedPast(page, 2.5)).to.be.above(2.5);
      await page.getByText("The provider's stream does not play; this is the host's copy.").waitFor();
    });

    it('finds the payment in the history, with a link to its transaction', async () => {
      const { page } = viewer;
      await viewer.open('/earnings');
      await page.getByRole('cell', { name: '0.001 ETH' }).waitFor();
      const link = page.getByRole('link', { name: /^Transaction/ });
      expect(await link.getAttribute('href')).to.match(/^https:\/\/sepolia\.etherscan\.io\/tx\/0x/);
    });
  });

  describe('a creator of a protected video', () => {
    before(() => {
      now = creator;
      creator.extension.answer = 'later';
    });

    it('may leave while it is packaged, and finds it where it was', async () => {
      const { page } = creator;
      await creator.open('/publish');
      await page.locator('input[type=file]').setInputFiles(VIDEO);
      await page.getByLabel(/^Protected/).check();
      await page.getByLabel('Name', { exact: true }).fill('Keys for sale');
      await page.getByRole('button', { name: 'Upload and publish' }).click();
      await page.getByRole('progressbar', { name: 'Packaging' }).waitFor();
      await page.reload();
      await page.getByText('“Keys for sale” is uploaded, but not published.').waitFor();
    });

    it('publishes it then, as any other', async () => {
      const { page, extension } = creator;
      extension.answer = 'yes';
      await page.getByRole('button', { name: 'Publish it' }).click();
      await page.getByRole('link', { name: 'Keys for sale' }).waitFor();
      const { contents } = await getJson<{ contents: { media: object }[] }>(
        `${host.url}/contents?search=Keys`,
      );
      expect(contents[0]?.media).to.include({ form: 'protected' });
    });
  });

  describe('in the end', () => {
    it('pays creator and provider out, to the wei', async () => {
      for (const [person, address] of [
        [creator, CREATOR],
        [provider, PROVIDER],
      ] as const) {
        now = person;
        const [earned, before] = [await credit(address), await chain.provider.getBalance(address)];
        await person.open('/earnings');
        await person.page
          .getByText(`${formatEther(earned)} ETH`, { exact: true })
          .first()
          .waitFor();
        await person.page.getByRole('button', { name: 'Withdraw ETH' }).click();
        await person.reached('done');
        const block = await chain.provider.getBlock('latest');
        const receipt = await chain.provider.getTransactionReceipt(String(block?.transactions[0]));
        expect(await credit(address)).to.equal(0n);
        expect(await chain.provider.getBalance(address)).to.equal(before + earned - (receipt?.fee ?? 0n));
      }
    });

    it('had no error in any console, nor a refusal by its own policy', async () => {
      for (const each of [creator, provider, viewer]) await each.close();
    });
  });
});
