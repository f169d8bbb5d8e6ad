import { expect } from 'chai';
import type { Browser, Page, Request } from 'playwright-core';
import { cidOfBytes } from '../../cid-of-bytes.ts';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../../e2e/host.ts';
import { until } from '../../until.ts';
import { testWallet } from '../../wallets.ts';
import { startChromium } from '../chromium.ts';
import { countRequests } from './page-speed.ts';
import { type Visit, visit } from './visit.ts';

const VIDEOS = 60;
const MANY = 1_000;
const LONG_MS = 50;
const REQUESTS_MAX = 6;
const BYTES_MAX = 250_000;
const CREATORS = [1, 4] as const;

describe('the catalogue', () => {
  let dataDir: string;
  let host: HostProcess;
  let browser: Browser;
  let me: Visit;
  let page: Page;

  before(async function () {
    this.timeout(240_000);
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
    for (let at = 0; at < VIDEOS; at += 1) await publish(at);
    browser = await startChromium();
  });
  beforeEach(async () => {
    me = await visit(browser, host.url);
    page = me.page;
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await page.locator('body').innerText());
    await me.close();
  });
  after(async () => {
    await browser?.close();
    await host?.end('SIGTERM');
    await removeFolder(dataDir);
  });

  /** The last has two listings of its CID. */
  async function publish(at: number): Promise<void> {
    const isCopy = at === VIDEOS - 1;
    const cid = await cidOfBytes(`video ${isCopy ? at - 1 : at}`);
    const price = at === 5 ? '0' : `0.00${VIDEOS - at + 10}`;
    const terms = { creator_share: 70, provider_share: 30, price, unit: at % 2 ? 'view' : 'day' };
    const content_creator_wallet = testWallet(CREATORS[at % 2] ?? 1).address;
    const video_name = at === 7 ? 'A lighthouse in winter' : `Video number ${at}`;
    const answer = await fetch(`${host.url}/contents`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ cid, video_name, content_creator_wallet, terms }),
    });
    expect(answer.status, await answer.text()).to.be.within(200, 201);
  }
  const names = () => page.locator('.card-title').allInnerTexts();
  const shows = (count: number) => until(`${count} cards`, async () => (await names()).length === count);
  const top = async (name: string) => (await page.getByRole('link', { name, exact: true }).boundingBox())?.y;

  it(`makes ${REQUESTS_MAX} requests for all of a landing, beside pictures, and loads at most ${BYTES_MAX} bytes`, async () => {
    const counted = await countRequests(page);
    await me.open('/');
    await shows(24);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.waitForFunction(() => document.readyState === 'complete');
    const urls = [...counted.urls.values()];
    // The icon is fetched out of sight of the protocol.
    const icons = await page
      .locator('link[rel~="icon"]')
      .evaluateAll((links) => links.map((link) => (link as HTMLLinkElement).href));
    urls.push(...icons.filter((url) => !url.startsWith('data:')));
    const reads = urls.map((url) => url.replace(host.url, '')).filter((path) => !/^\/assets\//.test(path));
    expect(reads).to.have.members(['/', '/contents?limit=24', '/events']);
    expect(urls.length, urls.join(' ')).to.be.at.most(REQUESTS_MAX);
    expect(counted.bytes).to.be.within(1, BYTES_MAX);
  });

  it('asks what the document said when it comes out of the cache of the browser', async () => {
    await me.open('/');
    await page.goto('about:blank');
    const asked = page.waitForRequest('**/chain');
    await page.goBack();
    await asked;
    await shows(24);
  });

  it('loads only the next page, and has list and place again when one comes back', async () => {
    await me.open('/');
    await shows(24);
    const asked: URLSearchParams[] = [];
    page.on('request', (request: Request) => {
      const url = new URL(request.url());
      if (url.pathname === '/contents') asked.push(url.searchParams);
    });
    for (const count of [48, VIDEOS]) {
      await page.getByRole('button', { name: 'Show more' }).click();
      await shows(count);
    }
    expect(asked.map((query) => [query.get('limit'), query.has('cursor')])).to.deep.equal([
      ['24', true],
      ['24', true],
    ]);
    expect(await page.getByRole('button', { name: 'Show more' }).count()).to.equal(0);
    const chosen = 'Video number 11';
    await page.getByRole('link', { name: chosen, exact: true }).scrollIntoViewIfNeeded();
    const before = await top(chosen);
    await page.getByRole('link', { name: chosen, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: chosen }).waitFor();
    await page.goBack();
    await shows(VIDEOS);
    await until('the place is there again', async () => {
      const now = await top(chosen);
      return now !== undefined && Math.abs(now - Number(before)) < 4;
    });
  });

  it('keeps search, order and filters in the address, and finds with a letter wrong', async () => {
    await me.open('/');
    await page.getByLabel('Search by name, creator or CID').fill('wintre lihgthouse');
    await until('it is found', async () => (await names()).join() === 'A lighthouse in winter');
    await page.reload();
    await until('it is found again', async () => (await names()).join() === 'A lighthouse in winter');
    await page.getByLabel('Paid by').selectOption('day');
    await page.getByText('Nothing matches “wintre lihgthouse”.').waitFor();
    await page.getByRole('button', { name: 'Show all videos' }).click();
    await shows(24);
    expect(new URL(page.url()).search).to.equal('');
    await page.getByLabel('Order').selectOption('price');
    await until('the free one comes first', async () => (await names())[0] === 'Video number 5');
    await page.getByLabel('Free').check();
    await shows(1);
    expect(new URL(page.url()).search).to.equal('?sort=price&free=true');
    await page.getByLabel('Served now').check();
    await page.getByText('No video fits.').waitFor();
  });

  it('says who listed a video first, and shows all of one creator', async () => {
    await me.open('/');
    const second = page.locator('.card', { hasText: `Video number ${VIDEOS - 1}` });
    await second.getByText(/first listed by 0x/).waitFor();
    const first = page.locator('.card', { hasText: `Video number ${VIDEOS - 2}` });
    await first.getByText('first of 2 listings').waitFor();
    await second.locator('.card-creator').click();
    await page.getByRole('heading', { level: 1, name: /^Videos by 0x/ }).waitFor();
    await shows(24);
    expect(page.url()).to.match(/\/creators\/0x[0-9a-fA-F]{40}$/);
    await page.getByRole('button', { name: 'Show more' }).click();
    await shows(VIDEOS / 2);
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Watch' }).waitFor();
  });

  it(`scrolls ${MANY} videos without a stall of more than 50 ms`, async () => {
    await page.route('**/contents?*', async (route) => {
      const answer = await route.fetch();
      const { contents } = (await answer.json()) as { contents: { content_id: string }[] };
      const many = Array.from({ length: MANY }, (_, at) => ({
        ...contents[at % contents.length],
        content_id: `0x${at.toString(16).padStart(64, '0')}`,
      }));
      await route.fulfill({ response: answer, json: { contents: many, next_cursor: null } });
    });
    await me.open('/');
    await shows(MANY);
    await browser.startTracing(page, { categories: ['toplevel'] });
    await page.evaluate(scrollThrough);
    expect(stallsIn(await browser.stopTracing())).to.deep.equal([]);
    await until('the last is in sight', () => page.locator('.card').last().isVisible());
  });
});

/** In the page: scrolls to the end by a window at a time. */
async function scrollThrough(): Promise<void> {
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
    scrollTo(0, y);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  args?: { name?: string };
  /** Time of the processor, in microseconds: what other programs take meanwhile is not the page's. */
  tdur?: number;
}

/** Long tasks, as the browser's own observer calls them, of the page's main thread, in ms. */
function stallsIn(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const of = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const names = traceEvents.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  );
  const main = new Set(names.map(of));
  const tasks = traceEvents.filter((event) => event.tdur !== undefined && main.has(of(event)));
  expect(tasks).to.not.be.empty;
  return tasks.map(({ tdur = 0 }) => Math.round(tdur / 1_000)).filter((ms) => ms > LONG_MS);
}
