import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseEther, ZeroAddress } from 'ethers';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import { CREATOR } from '../../indexer/http/samples.ts';
import { until } from '../../until.ts';
import { testWallet } from '../../wallets.ts';
import { runFile } from '../ffmpeg-sources.ts';
import { type Clicks, countClicks } from './clicks.ts';
import type { Extension } from './extension.ts';
import { type Paying, startPaying } from './paying.ts';
import { publishProtected } from './protected-upload.ts';
import { playedPast, seek, type Visit } from './visit.ts';

const VIEWER = 3;
const PRICE = parseEther('0.0001');
const FILMS = ['The first film', 'The second film', 'The third film'];
/** Of each film. */
const UNITS = 20;

describe('the page, and how little it asks', () => {
  let on: Paying;
  let me: Visit;
  let extension: Extension;
  let clicks: Clicks;

  before(async function () {
    this.timeout(240_000);
    on = await startPaying();
    const film = await longFilm(on.dataDir);
    for (const name of FILMS) {
      const terms = { price: '0.0001', unit: 'minute', preview_sec: 0, serve: true };
      await publishProtected(on.host, name, terms, new Uint8Array([...film, ...Buffer.from(name)]));
    }
    ({ me, extension } = await on.visitBy(VIEWER));
    clicks = await countClicks(me.page);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await me.page.locator('body').innerText());
  });
  after(() => on?.stop());

  const channels = () => on.channelsOf(VIEWER);
  /** Goes through a film as somebody who looks into each minute. */
  async function lookedThrough(): Promise<void> {
    for (let unit = 0; unit < UNITS; unit += 1) {
      await seek(me.page, unit * 60 + 20);
      await playedPast(me.page, unit * 60 + 20.1);
    }
  }
  const asked = () => extension.said.transactions + extension.said.signatures;

  it('has the first picture after four clicks and one confirmation, the choice of a wallet among them', async () => {
    const { page } = me;
    await me.open('/');
    await page.getByRole('link', { name: 'The first film' }).click();
    await page.getByRole('button', { name: 'Pay as you watch' }).click();
    await page.getByRole('button', { name: extension.name }).click();
    await page.getByLabel('Deposit, in minutes').fill('60');
    await page.getByRole('button', { name: /^Deposit .* and play$/ }).click();
    await playedPast(page, 0.1);
    expect([clicks.count, asked()]).to.deep.equal([4, 1]);
  });

  it('has it after one click later', async () => {
    const { page } = me;
    await page.reload();
    clicks.count = 0;
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await playedPast(page, 0.1);
    expect([clicks.count, asked()]).to.deep.equal([1, 1]);
  });

  it('asks the wallet once for sixty minutes of three films', async function () {
    this.timeout(240_000);
    const { page } = me;
    await lookedThrough();
    for (const name of FILMS.slice(1)) {
      await me.open('/');
      await page.getByRole('link', { name }).click();
      await page.getByRole('button', { name: 'Play', exact: true }).click();
      await lookedThrough();
    }
    expect(extension.said).to.deep.equal({ transactions: 1, signatures: 0 });
    await page.getByRole('button', { name: 'Spent and left' }).click();
    await page.locator('dd', { hasText: '0.006 ETH' }).first().waitFor();
    await page.locator('dd', { hasText: /^0 ETH$/ }).waitFor();
  });

  it('has paid the minutes that were opened, to the base unit', async () => {
    const [channel] = await channels();
    if (!channel) throw new Error('There is no channel.');
    const { contract, provider_wallet: provider, authorizer, salt } = channel;
    const viewer = StreamHost__factory.connect(contract, testWallet(VIEWER, on.chain));
    // Who leaves is claimed from at once.
    await (await viewer.initiateWithdraw(provider, ZeroAddress, authorizer, salt)).wait();
    const sum = 60n * PRICE;
    await until('the provider has claimed', async () => {
      const [now] = await channels();
      return now?.claimed_base_units === String(sum) && now.deposit_base_units === '0';
    });
    const credits = await Promise.all([CREATOR, provider].map((each) => viewer.credits(each, ZeroAddress)));
    expect(credits).to.deep.equal([(sum * 7n) / 10n, (sum * 3n) / 10n]);
    expect(await on.chain.getBalance(contract)).to.equal(sum);
  });

  it('had no error in its console, nor a refusal by its own policy', async () => {
    await me.close();
  });
});

async function longFilm(folder: string): Promise<Uint8Array> {
  const path = join(folder, 'long.mp4');
  const picture = ['-f', 'lavfi', '-i', `testsrc=size=64x36:rate=2:duration=${UNITS * 60}`];
  const codec = ['-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '12'];
  await runFile('ffmpeg', ['-v', 'error', '-y', ...picture, ...codec, path]);
  return await readFile(path);
}
