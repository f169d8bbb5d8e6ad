import { expect } from 'chai';
import { type ContractRunner, parseEther, ZeroAddress } from 'ethers';
import type { Browser } from 'playwright-core';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { dataFolder, getJson, type HostProcess, removeFolder, UNSET } from '../../e2e/host.ts';
import { type PublicChain, startPublicChain } from '../../e2e/public-chain.ts';
import { runNode } from '../../scripts/run.ts';
import { ACCEPTED, headerOf } from '../../web/gates.ts';
import { startChromium } from '../chromium.ts';
import { type Extension, installExtension } from './extension.ts';
import { startFakeGate } from './fake-gate.ts';
import { freePort } from './free-port.ts';
import { type SlowLine, startSlowLine } from './slow-line.ts';
import { playedPast, type Visit, visit } from './visit.ts';

const VIDEO = 'data/video.mp4';
const cid = 'bafybeidg2n4qmm7g56klatjevkurow6xcsg23z5j5iab7ydp5swutagf6u';
const SEPOLIA = 11_155_111;
const PRICE = parseEther('0.001');
/** Test accounts: A's operator is 0; whoever sells something else than it says is 5. */
const [OPERATOR_A, CREATOR, VIEWER, STRANGER, LIAR, OPERATOR_B] = [0, 1, 3, 4, 5, 6] as const;
const FIRST_BYTES = 150_000;

type Person = Visit & { extension: Extension };

describe('the page, where two hosts with operators of their own sell one video', () => {
  let chain: PublicChain;
  let a: HostProcess;
  let b: HostProcess;
  let line: SlowLine;
  let gate: Awaited<ReturnType<typeof startFakeGate>>;
  let dataB: string;
  let settingsOfB: Record<string, string>;
  let browser: Browser;
  let viewer: Person;
  let other: Person;
  let now: Visit;
  let contentId: string;
  let startB: () => Promise<HostProcess>;

  before(async function () {
    this.timeout(180_000);
    chain = await startPublicChain();
    dataB = await dataFolder();
    const [portA, portB, portOfLine] = [await freePort(), await freePort(), await freePort()];
    line = await startSlowLine(portOfLine, portB, FIRST_BYTES);
    gate = await startFakeGate();
    a = await chain.startHost({ PORT: String(portA) });
    settingsOfB = {
      ...{ PORT: String(portB), DATA_DIR: dataB, PUBLIC_URL: line.url },
      PRIVATEKEY: chain.plain(OPERATOR_B).signer.privateKey,
    };
    startB = () => chain.startHost(settingsOfB);
    b = await startB();
    browser = await startChromium();
    viewer = await person(VIEWER);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await now?.page.locator('body').innerText());
  });
  after(async () => {
    await browser?.close();
    for (const host of [a, b]) await host?.end('SIGTERM');
    for (const server of [line, gate]) await server?.close();
    await chain?.stop();
    if (dataB) await removeFolder(dataB);
  });

  const contractOf = (runner: ContractRunner) => StreamHost__factory.connect(chain.contract, runner);
  const serve = async (wallet: number, url: string) =>
    (await contractOf(chain.plain(wallet).signer).registerStream(contentId, url)).wait();
  const credit = (wallet: number) =>
    contractOf(chain.provider).credits(chain.plain(wallet).address, ZeroAddress);

  async function person(wallet: number): Promise<Person> {
    const me = await visit(browser, a.url);
    now = me;
    const { signer } = chain.plain(wallet);
    const extension = await installExtension(me.context, { signer, chainId: SEPOLIA });
    await me.open('/');
    await me.takeExtension(extension.name);
    return { ...me, extension };
  }

  const option = ({ page }: Visit, wallet: number) =>
    page.locator('.option').filter({ has: page.locator(`[value="${chain.plain(wallet).address}"]`) });
  const pay = ({ page }: Visit) => page.getByRole('button', { name: 'Pay 0.001 ETH and play' });
  const sign = ({ page }: Visit) => page.getByRole('button', { name: 'Sign to go on' });
  const from = ({ page }: Visit, url: string, rest = '') =>
    page.getByText(`From the provider at ${new URL(url).host}.${rest}`).waitFor();
  const NOT_VERIFIED = ' Not verified: nobody has compared it with the CID.';

  it('publishes by a transaction of the creator: A serves it at once, and a second host beside it', async () => {
    const creator = await person(CREATOR);
    const { page, extension } = creator;
    await creator.open('/publish');
    await page.locator('input[type=file]').setInputFiles(VIDEO);
    await page.getByLabel(/^Clear file/).check();
    await page.getByLabel('Name', { exact: true }).fill('Sold twice');
    expect(await page.getByLabel(/Serve it from this host at once/).isChecked()).to.equal(true);
    await page.getByRole('button', { name: 'Upload and publish' }).click();
    await page.getByText('Viewers can watch it now.').waitFor();
    expect(extension.said).to.deep.equal({ transactions: 1, signatures: 0 });
    await creator.close();

    const { streams } = await getJson<{ streams: Record<string, string>[] }>(`${a.url}/streams/${cid}`);
    contentId = streams[0]?.content_id ?? '';
    expect(streams.map(({ stream_url }) => stream_url)).to.deep.equal([`${a.url}/play/${cid}`]);
    const provided = await runNode(['scripts/provide.ts', cid, '--file', VIDEO], {
      ...UNSET,
      ...chain.env,
      ...settingsOfB,
    });
    expect(provided.stdout, provided.stderr).to.include(`is served at ${line.url}/play/${cid}`);
    now = viewer;
  });

  it('does not pay a gate that asks for another amount than the chain says, nor one that sells something else', async () => {
    const { page } = viewer;
    const provider = chain.plain(LIAR).address;
    const access = { ...ACCEPTED.extra.access, url: `${gate.url}/access` };
    const own = { contract: chain.contract, contentId, provider, access };
    const extra = { ...ACCEPTED.extra, ...own, unitPrice: String(PRICE * 2n) };
    const asked = { ...ACCEPTED, payTo: chain.contract, amount: String(PRICE * 2n), extra };
    gate.header = headerOf([asked]);
    await serve(LIAR, gate.url);
    await viewer.open(`/watch/${cid}?provider=${provider}`);
    await page.getByText('The provider asks for another payment than the chain says.').waitFor();
    await option(viewer, LIAR).getByText('another price').waitFor();
    expect(await pay(viewer).count()).to.equal(0);

    gate.header = headerOf([{ ...ACCEPTED, payTo: chain.contract }]);
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByText('The stream wants to be paid, but takes no payment for this listing.').waitFor();
    expect(await pay(viewer).count()).to.equal(0);
  });

  it('pays the host that it is served by, and does not vouch for another', async () => {
    await viewer.open(`/watch/${cid}`);
    await option(viewer, OPERATOR_A).getByRole('radio').check();
    await viewer.page
      .getByText('It plays once it is paid: this host serves the very file that the CID names.')
      .waitFor();
    await option(viewer, OPERATOR_B).getByRole('radio').check();
    await viewer.page.getByText('Not verified: nobody has compared its file with the CID.').waitFor();
    await option(viewer, LIAR).getByText('does not play').waitFor();
  });

  it("pays the other host once, signs once, and shows that host's first frame", async () => {
    await pay(viewer).click();
    await viewer.page.getByText('You paid 0.001 ETH.').waitFor();
    await playedPast(viewer.page, 0.2);
    await from(viewer, line.url, NOT_VERIFIED);
    expect(viewer.extension.said).to.deep.equal({ transactions: 1, signatures: 1 });
    expect(await credit(OPERATOR_B)).to.equal((PRICE * 3n) / 10n);
    expect(gate.posts).to.equal(0);
  });

  it('plays on after a reload without asking the wallet', async () => {
    await viewer.page.reload();
    await playedPast(viewer.page, 0.2);
    expect(viewer.extension.said).to.deep.equal({ transactions: 1, signatures: 1 });
  });

  it("signs by the provider's clock where that of this computer is ten minutes ahead", async () => {
    const ahead = await person(VIEWER);
    await ahead.page.addInitScript(() => {
      const now = Date.now;
      Date.now = () => now() + 600_000;
    });
    await ahead.open(`/watch/${cid}`);
    await sign(ahead).click();
    await playedPast(ahead.page, 0.2);
    expect(ahead.extension.said).to.deep.equal({ transactions: 0, signatures: 2 });
  });

  it('lets another browser of the same wallet in by one signature, also after that host was killed', async () => {
    await b.end('SIGKILL');
    b = await startB();
    other = await person(VIEWER);
    await other.open(`/watch/${cid}`);
    await other.page.getByText('You paid 0.001 ETH.').waitFor();
    await sign(other).click();
    await playedPast(other.page, 0.2);
    await from(other, line.url, NOT_VERIFIED);
    expect(other.extension.said).to.deep.equal({ transactions: 0, signatures: 1 });
    now = viewer;
  });

  it('asks the first browser to sign again, whose token that has ended; a no is no payment', async () => {
    await viewer.page.reload();
    viewer.extension.answer = 'no';
    await sign(viewer).click();
    await viewer.reached('failed');
    viewer.extension.answer = 'yes';
    await sign(viewer).click();
    await playedPast(viewer.page, 0.2);
    expect(viewer.extension.said).to.deep.equal({ transactions: 1, signatures: 2 });
  });

  it("offers this host's copy with its price when the other is killed, and goes on at the same second", async () => {
    const { page } = viewer;
    await page.locator('[data-phase="waits"]').waitFor();
    const brokeAt = await page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
    expect(brokeAt).to.be.above(0.5);
    await b.end('SIGKILL');
    await page.getByText(/^0x.{9} does not answer\.$/).waitFor();
    await page.getByText(/serves it too, for 0\.001 ETH/).waitFor();
    expect(await option(viewer, OPERATOR_A).getByRole('radio').isChecked()).to.equal(true);
    await option(viewer, OPERATOR_B).getByText('does not play').waitFor();
    await pay(viewer).click();
    await page.locator('[data-phase="plays"]').waitFor();
    const goesOnAt = await page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
    expect(goesOnAt).to.be.at.least(brokeAt - 0.1);
    await playedPast(page, brokeAt);
    await from(viewer, a.url);
    expect(viewer.extension.said).to.deep.equal({ transactions: 2, signatures: 3 });
    expect(await credit(OPERATOR_A)).to.equal((PRICE * 3n) / 10n);
  });

  it('goes on by itself where the other one is paid already', async () => {
    const { page } = viewer;
    b = await startB();
    await page.waitForFunction(() => document.querySelector('video')?.ended);
    await option(viewer, OPERATOR_B).getByRole('radio').check();
    await playedPast(page, 0.2);
    await from(viewer, line.url, NOT_VERIFIED);
    await page.locator('[data-phase="waits"]').waitFor();
    await b.end('SIGKILL');
    await from(viewer, a.url);
    await page.locator('[data-phase="plays"]').waitFor();
    expect(viewer.extension.said).to.deep.equal({ transactions: 2, signatures: 3 });
  });

  it('forgets a payment that the chain does not hold when the provider does not find it', async () => {
    const at = new Date(Date.now() - 3_600_000).toISOString();
    const stranger = chain.plain(STRANGER);
    const paid = { amount: '0.001', units: 1, provider: chain.operator.address, txHash: null, at };
    const key = [chain.contract, contentId, stranger.address, chain.operator.address].join(':').toLowerCase();
    const visitor = await person(STRANGER);
    await visitor.page.evaluate(
      (stored) => localStorage.setItem('paid', stored),
      JSON.stringify({ [key]: paid }),
    );
    await visitor.open(`/watch/${cid}`);
    await sign(visitor).click();
    await pay(visitor).waitFor();
    expect(await visitor.page.getByText('You paid').count()).to.equal(0);
    await visitor.close();
    now = viewer;
  });

  it('had no error in any console, nor a refusal by its own policy', async () => {
    for (const each of [viewer, other]) await each.close();
  });
});
