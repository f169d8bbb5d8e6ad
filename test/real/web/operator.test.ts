import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { JsonRpcProvider, ZeroAddress } from 'ethers';
import type { Browser, Page, Request } from 'playwright-core';
import { runningHost } from '../../../indexer/compose/host-file.ts';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import {
  dataFolder,
  eventually,
  getJson,
  type HostProcess,
  removeFolder,
  startHost,
} from '../../e2e/host.ts';
import { until } from '../../until.ts';
import { testWallet } from '../../wallets.ts';
import { startChromium } from '../chromium.ts';
import { makeSource } from '../ffmpeg-sources.ts';
import { freePort } from './free-port.ts';
import { publishProtected } from './protected-upload.ts';
import { playedPast, type Visit, visit } from './visit.ts';

/** Test wallets as the page counts them: the operator is the host's provider. */
const [OPERATOR, CREATOR, DELEGATE, VIEWER] = [1, 3, 5, 9];
const ELSEWHERE = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
const WAIT_MS = 30_000;

/** From a deposit to what its provider takes out, and what it keeps in its books. */
describe('providing and earning in the page', () => {
  let dataDir: string;
  let host: HostProcess;
  let chain: JsonRpcProvider;
  let browser: Browser;
  let me: Visit;
  let viewer: Visit;

  before(async function () {
    this.timeout(120_000);
    dataDir = await dataFolder();
    // One that wallets can sign in at.
    host = await startHost({ dataDir, env: { PORT: String(await freePort()) } });
    chain = new JsonRpcProvider(host.rpcUrl, undefined, { cacheTimeout: -1 });
    browser = await startChromium();
    const terms = { price: '0.0001', unit: 'minute', preview_sec: 5, serve: true };
    const film = new Uint8Array(await readFile(await makeSource(dataDir, 'mp4')));
    await publishProtected(host, 'To be paid', terms, film);
    [me, viewer] = [await visit(browser, host.url), await visit(browser, host.url)];
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

  it('shows vouchers to the provider that signs in, as they come, and to nobody else', async () => {
    await me.open('/provide');
    await me.takeTestWallet(OPERATOR);
    await me.page.getByRole('button', { name: 'Show vouchers, keys and disk' }).click();
    await me.page.getByText(/^1 file, /).waitFor();

    const { page } = viewer;
    await viewer.open('/');
    await viewer.takeTestWallet(VIEWER);
    await page.getByRole('link', { name: 'To be paid' }).click();
    await page.getByRole('button', { name: 'Pay as you watch' }).click();
    await page.getByRole('button', { name: /^Deposit .* and play$/ }).click();
    await playedPast(page, 6);
    await viewer.open('/provide');
    await page.getByRole('heading', { name: 'Your streams' }).waitFor();
    expect(await page.getByRole('heading', { name: 'This host' }).count()).to.equal(0);

    await me.page.getByText(/^is your part of 0\.\d+ ETH in 1 voucher/).waitFor();
    expect(await me.errors()).to.deep.equal([]);
  });

  it('shows them to whom the provider has named its delegate, too', async () => {
    const { contract } = await getJson<{ contract: string }>(`${host.url}/chain`);
    const provider = StreamHost__factory.connect(contract, testWallet(OPERATOR - 1, chain));
    await (await provider.setClaimDelegate(testWallet(DELEGATE - 1).address)).wait();
    const other = await visit(browser, host.url);
    const { page } = other;
    await other.open('/provide');
    await other.takeTestWallet(DELEGATE);
    await page.getByRole('button', { name: 'Show vouchers, keys and disk' }).click();
    await page.getByText(/in 1 voucher that viewers have signed/).waitFor();
    await page.getByText(/^1 file, /).waitFor();
    await page.getByRole('button', { name: 'Claim now' }).waitFor();
    await other.open('/earnings');
    await page.getByText('Nothing to withdraw yet.').waitFor();
    expect(await page.getByRole('heading', { name: 'Not claimed yet' }).count()).to.equal(0);
    await other.close();
  });

  it('lists the keys that the host has asked for, and how to ask again', async () => {
    const { page } = me;
    const { contract } = await getJson<{ contract: string }>(`${host.url}/chain`);
    const signer = testWallet(CREATOR - 1, chain);
    const creators = StreamHost__factory.connect(contract, signer);
    const terms = { token: ZeroAddress, pricePerUnit: 1n, providerShareBps: 3_000, unit: 1, metadata: '' };
    await (await creators.publish({ cid: ELSEWHERE, name: 'Kept elsewhere', ...terms })).wait();
    const id = await creators.contentIdOf(signer.address, ZeroAddress, ELSEWHERE);
    await eventually(
      WAIT_MS,
      () => getJson<{ contents: object[] }>(`${host.url}/contents?cid=${ELSEWHERE}`),
      ({ contents }) => contents.length === 1,
    );
    const { secret } = (await runningHost(dataDir)) ?? {};
    const note = async (news: object) => {
      const answer = await fetch(`${host.url}/offers/${ELSEWHERE}/key-request`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
        body: JSON.stringify({ content_id: id, from: 'https://first.example', ...news }),
      });
      expect(answer.status, await answer.text()).to.equal(200);
    };
    const inAWeek = Math.floor(Date.now() / 1000) + 7 * 86_400 + 60;
    await note({ state: 'waiting', until_sec: inAWeek });
    await me.open('/provide');
    await page.getByRole('heading', { name: 'Keys asked for' }).waitFor();
    await page.getByRole('link', { name: 'Kept elsewhere' }).waitFor();
    await page.getByText(/^Waits for its creator; that host forgets it in 7 days\.$/).waitFor();
    const command = `npm run provide -- ${ELSEWHERE} --from https://first.example`;
    await page.getByText(command, { exact: true }).waitFor();
    expect(await me.errors()).to.deep.equal([]);
    await note({ state: 'failed', reason: 'https://first.example gives no keys: it was taken down.' });
    // Nobody presses or opens anything: what is waited for is looked at again.
    await page.getByText('https://first.example gives no keys: it was taken down.').waitFor();
    expect(await me.cutOff()).to.deep.equal([]);
  });

  it('claims at once, and tells what was served and earned', async () => {
    const { page } = me;
    await page.getByRole('button', { name: 'Claim now' }).click();
    await page.getByText(/1 voucher is (being )?claimed: 0\.000\d+ ETH\./).waitFor();
    const earned = `${host.url}/wallets/${testWallet(OPERATOR - 1).address}/earnings`;
    const isClaimed = async () => (await getJson<{ by_coin: object[] }>(earned)).by_coin.length > 0;
    await eventually(WAIT_MS, isClaimed, Boolean);
    await me.open('/provide');
    await page.getByText(/^Served \d+ minutes? for 0\.000\d+ ETH$/).waitFor();
    await page.getByText('No vouchers are open: all is on chain.').waitFor();
    await me.open('/earnings');
    await page.getByRole('heading', { name: 'By video' }).waitFor();
    await page.getByText('Nothing: all that was signed is on chain.').waitFor();
    expect(await me.errors()).to.deep.equal([]);
  });

  it('counts viewers, and names them on request; saves what is shown; keeps filters in the address', async () => {
    const { page } = me;
    await page.getByText(/^\d+ payments?, by 1 viewer$/).waitFor();
    expect(await page.getByRole('columnheader', { name: 'Viewer' }).count()).to.equal(0);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as CSV' }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    const wallet = testWallet(VIEWER - 1).address;
    expect(lines.length).to.be.above(1);
    expect(lines[1]).to.contain(',To be paid,').and.not.to.contain(wallet);
    await page.getByRole('button', { name: 'Show viewers’ wallets' }).click();
    await page.getByRole('columnheader', { name: 'Viewer' }).waitFor();
    await page.getByLabel('To', { exact: true }).fill('2001-01-02');
    await page.getByText('No views like that.').waitFor();
    expect(page.url()).to.contain('to=2001-01-02');
    await page.getByLabel('From').fill('2001-01-03');
    await page.getByText('This day is before the first one.').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByText(/^\d+ payments?, by 1 viewer$/).waitFor();
    expect(page.url()).not.to.contain('to=');
  });

  it('withdraws, and says what was earned and withdrawn', async () => {
    const { page } = me;
    await page.getByRole('button', { name: 'Withdraw ETH' }).click();
    await me.reached('done');
    await page.getByText(/^(0\.000\d+) earned, \1 withdrawn$/).waitFor();
  });

  for (const [path, show] of [
    ['/earnings', 'Show what is not claimed'],
    ['/provide', 'Show vouchers, keys and disk'],
  ] as const) {
    it(`forgets at ${path} a session that the host does not know any more, and does not ask the wallet for another`, async () => {
      const { page } = me;
      await me.open(path);
      await page.getByText(/: all (that was signed )?is on chain/).waitFor();
      await page.evaluate(() => {
        const session = JSON.parse(localStorage.getItem('session') ?? '');
        localStorage.setItem('session', JSON.stringify({ ...session, token: 'of.another.host' }));
      });
      const asked: string[] = [];
      const note = (request: Request) => asked.push(new URL(request.url()).pathname);
      page.on('request', note);
      await me.open(path);
      await page.getByRole('button', { name: show }).waitFor();
      await until('it is forgotten', async () => (await sessionIn(page)) === 'null');
      expect(await page.getByText(/: all (that was signed )?is on chain/).count()).to.equal(0);
      expect(asked.filter((one) => one.startsWith('/auth/'))).to.deep.equal([]);
      page.off('request', note);
      await page.getByRole('button', { name: show }).click();
      await page.getByText(/: all (that was signed )?is on chain/).waitFor();
    });
  }

  it('says until when a viewer’s deposit has to be claimed from', async () => {
    const { contract } = await getJson<{ contract: string }>(`${host.url}/chain`);
    const address = testWallet(VIEWER - 1).address;
    const of = `${host.url}/wallets/${address}/channels`;
    const { channels } = await getJson<{ channels: Record<string, string>[] }>(of);
    const [channel = {}] = channels;
    const signer = testWallet(VIEWER - 1, chain);
    const { provider_wallet = '', token = '', authorizer = '', salt = '' } = channel;
    const asked = StreamHost__factory.connect(contract, signer).initiateWithdraw(
      ...([provider_wallet, token, authorizer, salt] as const),
    );
    await (await asked).wait();
    const isLeaving = async () =>
      (await getJson<{ channels: Record<string, string | null>[] }>(of)).channels[0]?.withdrawable_at ?? null;
    await eventually(WAIT_MS, isLeaving, (at) => at !== null);
    await me.open('/provide');
    await me.page.getByRole('heading', { name: 'Deposits asked back' }).waitFor();
    await me.page.getByText(/^until /).waitFor();
    expect(await me.errors()).to.deep.equal([]);
  });
});

function sessionIn(page: Page): Promise<string | null> {
  return page.evaluate(() => localStorage.getItem('session'));
}
