import { expect } from 'chai';
import { JsonRpcProvider } from 'ethers';
import type { Browser } from 'playwright-core';
import { newRecipient } from '../../../indexer/playback/grants/box.ts';
import { KEY_REQUEST_TYPES } from '../../../indexer/playback/grants/typed-data.ts';
import { contentKeys, sha256Hex } from '../../../packager/keys.ts';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { dataFolder, getJson, type HostProcess, removeFolder, startHost } from '../../e2e/host.ts';
import { testWallet } from '../../wallets.ts';
import { startChromium } from '../chromium.ts';
import { freePort } from './free-port.ts';
import { publishProtected } from './protected-upload.ts';
import { type Visit, visit } from './visit.ts';

/** Test accounts by what they do; the page counts from 1. */
const [OPERATOR, CREATOR, PROVIDER, DELEGATE, VIEWER] = [0, 1, 5, 6, 7];
const CLAIM_DELEGATE_OF = StreamHost__factory.createInterface().getFunction('claimDelegateOf').selector;
/** In the card of the operator, and in nobody else's. */
const SERVE = 'Serve this';
const ELSEWHERE = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';
const WARNING = "A grant can't be taken back: grant as you would lend the master tape.";

describe('granting keys in the page', () => {
  let dataDir: string;
  let host: HostProcess;
  let browser: Browser;
  let chain: JsonRpcProvider;
  let me: Visit;
  let cid: string;
  let contentId: string;
  let facts: { chain_id: number; contract: string };

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir, env: { PORT: String(await freePort()) } }); // one that wallets can sign in at
    browser = await startChromium();
    chain = new JsonRpcProvider(host.rpcUrl, undefined, { cacheTimeout: -1, pollingInterval: 20 });
    facts = await getJson(`${host.url}/chain`);
    ({ cid, contentId } = await publishProtected(host, 'To be lent', { price: '0.001' }));
    me = await visit(browser, host.url);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await me.page.locator('body').innerText());
  });
  after(async () => {
    chain?.destroy();
    await browser?.close();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  const provider = testWallet(PROVIDER).address;

  /** The provider is on chain for a video of somebody else's already. */
  async function serveElsewhere(): Promise<void> {
    const creator = testWallet(DELEGATE).address;
    const of = { cid: ELSEWHERE, video_name: 'Elsewhere', content_creator_wallet: creator };
    const terms = { price: '0', creator_share: 70, provider_share: 30 };
    const stream = { content_distributor_wallet: provider, stream_url: 'https://second.example/play/film' };
    const registered = await fetch(`${host.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...of, ...terms, ...stream }),
    });
    expect(registered.status, await registered.text()).to.be.within(200, 201);
  }

  /** On a phone, too. */
  async function expectFit(): Promise<void> {
    const { page } = me;
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await me.errors()).to.deep.equal([]);
    const [content, window] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(content).to.equal(window);
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(await me.errors()).to.deep.equal([]);
  }

  /** As `npm run provide` does. */
  async function ask() {
    const recipient = await newRecipient();
    const message = {
      ...{ contentId, provider, recipient: recipient.publicKey, audience: new URL(host.url).origin },
      expiresAtSec: Math.floor(Date.now() / 1000) + 60,
    };
    const domain = {
      ...{ name: 'StreamHost', version: '1' },
      ...{ chainId: facts.chain_id, verifyingContract: facts.contract },
    };
    const signature = await testWallet(PROVIDER).signTypedData(domain, { ...KEY_REQUEST_TYPES }, message);
    const { contentId: content_id, expiresAtSec: expires_at_sec, ...rest } = message;
    const answer = await fetch(`${host.url}/contents/${cid}/key-requests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ content_id, expires_at_sec, ...rest, signature }),
    });
    return { recipient, status: answer.status, body: (await answer.json()) as Record<string, string> };
  }

  const asked: string[] = [];

  it('asks the host for nothing before somebody looks', async () => {
    me.page.on('request', (request) => asked.push(request.url()));
    await me.open('/publish');
    await me.takeTestWallet(CREATOR + 1);
    await me.page.getByText('Other providers and its keys').waitFor();
    expect(asked.filter((url) => /key-grants/.test(url))).to.deep.equal([]);
  });

  it('a provider asks, its creator sees it after signing in, and grants it by one signature', async () => {
    const refused = await ask();
    expect([refused.status, refused.body.code]).to.deep.equal([403, 'key_not_granted']);
    const { page } = me;
    await page.getByText('Other providers and its keys').click();
    await page.getByText(WARNING).waitFor();
    await page.getByRole('button', { name: 'Show who asks' }).click();
    await page.getByText('You have granted them to nobody.').waitFor();
    await page.getByRole('heading', { name: 'Who asks' }).waitFor();
    await page.getByText(provider, { exact: true }).waitFor();
    await page.getByText('It serves nothing yet: it has no address on chain.').waitFor();
    await serveElsewhere();
    await page.getByRole('button', { name: 'Copy https://second.example', exact: true }).waitFor();
    await expectFit();

    await page.getByRole('button', { name: /^Choose 0x/ }).click();
    await page.getByLabel(/^30 days/).check();
    asked.length = 0;
    const sent = page.waitForRequest((request) => request.method() === 'PUT');
    await page.getByRole('button', { name: 'Grant the keys' }).click();
    const kept = (await sent).postDataJSON() as { expires_at_sec: number };
    expect(kept.expires_at_sec).to.be.closeTo(Date.now() / 1000 + 30 * 86_400, 120);
    await page.getByText('Granted: it gets the keys here from now on.').waitFor();
    await page.getByText('has not had them from this host yet').waitFor();
    await page.getByText('Nobody asks for them now.').waitFor();
    expect(asked.filter((url) => /\/auth\//.test(url))).to.deep.equal([]); // one signature is all
    await expectFit();
  });

  it('its next request is answered with the keys, sealed; the creator sees when', async () => {
    const { status, body, recipient } = await ask();
    expect(status, JSON.stringify(body)).to.equal(200);
    const bytes = (text = '') => Uint8Array.from(Buffer.from(text, 'base64'));
    const box = { enc: bytes(body.enc), ciphertext: bytes(body.ciphertext) };
    const of = { chainId: facts.chain_id, contract: facts.contract, contentId, cidKey: cid, provider };
    const secret = await recipient.open(box, of);
    const { keys } = await getJson<{ keys: (string | null)[] }>(`${host.url}/ipfs/${cid}/content.json`);
    const unit = keys.findIndex((key) => key !== null);
    expect(await sha256Hex(await (await contentKeys(secret)).key(unit))).to.equal(keys[unit]);
    // The list is looked at again by itself.
    await me.page.getByText(/last had them from this host/).waitFor();
  });

  it('grants one that has not asked, and says what is no address', async () => {
    const { page } = me;
    const field = page.getByLabel('Provider to grant the keys');
    await field.fill('0x12');
    await page.getByText('This is not the address of a provider.').waitFor();
    expect(await page.getByRole('button', { name: 'Grant the keys' }).isDisabled()).to.equal(true);
    const other = testWallet(DELEGATE).address;
    await field.fill(other);
    await page.getByRole('button', { name: 'Grant the keys' }).click();
    await page
      .locator('li')
      .filter({ hasText: other })
      .getByText('has not had them from this host yet')
      .first()
      .waitFor();
    expect(await field.inputValue(), 'a second press grants nothing again').to.equal('');
    expect(await page.getByRole('button', { name: 'Grant the keys' }).isDisabled()).to.equal(true);
    await me.close();
  });

  describe(`"${SERVE}"`, () => {
    const seller = 'http://127.0.0.1:9';
    before(async () => {
      const contract = StreamHost__factory.connect(facts.contract, testWallet(PROVIDER, chain));
      await (await contract.registerStream(contentId, `${seller}/play/${cid}`)).wait();
      const own = contract.connect(testWallet(OPERATOR, chain));
      await (await own.setClaimDelegate(testWallet(DELEGATE).address)).wait();
      me = await visit(browser, host.url);
      await me.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: host.url });
    });

    it('is shown to nobody but the provider of this host and its delegate', async () => {
      const { page } = me;
      await me.open(`/watch/${cid}`);
      const looked = page.waitForResponse((answer) =>
        Boolean(answer.request().postData()?.includes(CLAIM_DELEGATE_OF)),
      );
      await me.takeTestWallet(VIEWER + 1);
      await looked;
      await page.getByText('No view is on chain yet.').waitFor();
      expect(await page.getByText(SERVE, { exact: true }).count()).to.equal(0);
      for (const operator of [DELEGATE, OPERATOR]) {
        await me.takeTestWallet(operator + 1);
        await page.getByText(SERVE, { exact: true }).waitFor();
      }
    });

    it('gives the command to copy, with the host of who sells it', async () => {
      const { page } = me;
      const command = `npm run provide -- ${cid} --from ${seller}`;
      await page.getByText(SERVE, { exact: true }).click();
      await page.getByText(command, { exact: true }).waitFor();
      const copied = () => page.evaluate(() => navigator.clipboard.readText());
      await page.getByRole('button', { name: 'Copy', exact: true }).click();
      await page.getByText('Copied.').waitFor();
      expect(await copied()).to.equal(command);
      await page.locator('#main').getByRole('button', { name: 'Copy baf' }).click();
      await page.getByText('copied', { exact: true }).waitFor();
      expect(await copied(), 'a CID is copied whole').to.equal(cid);
      await expectFit();
    });

    it('is told to others as what serving it takes, and no address of this host is filled in', async () => {
      const { page } = me;
      const title = page.getByText('Serving this video takes a host of your own.');
      await me.open(`/provide?cid=${cid}`);
      const command = page.getByText(`npm run provide -- ${cid} --from ${seller}`, { exact: true });
      await page.getByText('Your host can fetch and serve this video itself.').waitFor();
      await command.waitFor();
      await me.takeTestWallet(VIEWER + 1);
      await title.waitFor();
      await command.waitFor();
      await page.getByText(/the same export lines before it as the host that is to serve/).waitFor();
      expect(await page.getByLabel('Address of your stream').inputValue()).to.equal('');
      await expectFit();
    });

    it('is told also where this host has nothing of the video: whoever serves it is asked', async () => {
      const { page } = me;
      await page.route(/\/contents\?/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({
          response,
          body: (await response.text()).replaceAll(/"form":"\w+"/g, '"of":"old"'),
        });
      });
      const headers = { 'access-control-allow-origin': '*' };
      const json = { preview_sec: 0, keys: ['ab'.repeat(32)] };
      await page.route(`${seller}/**/content.json`, (route) => route.fulfill({ headers, json }));
      await me.open(`/provide?cid=${cid}`);
      await page.getByText('Serving this video takes a host of your own.').waitFor();
      await page.getByText('Where your host sells its keys.').waitFor();
      await me.close();
    });
  });
});
