import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { cidOfBytes } from '../test/cid-of-bytes.ts';
import { startChromium } from '../test/real/chromium.ts';
import { testWallet } from '../test/wallets.ts';
import { type BenchCase, cost, type Measurement, median } from './case.ts';
import { ended, startMain } from './children.ts';
import { startFront } from './page/front.ts';

/** Loaded when it runs: the types of a browser's page are not those of a host. */
const IN_PAGE = new URL('../test/real/web/page-speed.ts', import.meta.url).href;
const LANDINGS = 15;
/** Each takes a minute. */
const SCROLLS = 3;
const VIDEOS = 1_000;
const PUBLISHED = 24;

interface InPage {
  picture(browser: Browser): Promise<number[]>;
  landing(browser: Browser, url: string): Promise<{ interactiveMs: number; requests: number; bytes: number }>;
  scrolledThrough(browser: Browser, url: string, videos: number): Promise<Stalls>;
  scrolledDown(browser: Browser, url: string): Promise<Stalls>;
}

interface Stalls {
  longestTaskMs: number;
  longestMs: number;
}

/** The catalogue in Chromium: how soon it can be used, and how it scrolls, with a picture on each card. */
export const page: BenchCase = {
  name: 'page',
  by: 'Chromium',
  async run() {
    const browser = await startChromium().catch(() => null);
    if (browser === null) {
      console.error('page: there is no chromium on PATH, so the case is left out.');
      return [];
    }
    const folder = await mkdtemp(join(tmpdir(), 'stream-host-bench-'));
    const host = await startMain(join(folder, 'host'), 'inherit', { LOG_LEVEL: 'error' });
    try {
      for (let at = 0; at < PUBLISHED; at += 1) await publish(host.url, at);
      return await measure(browser, host.url);
    } finally {
      await browser.close();
      await ended(host.process);
      await rm(folder, { recursive: true });
    }
  },
};

async function publish(url: string, at: number): Promise<void> {
  const terms = { creator_share: 70, provider_share: 30, price: '0.001', unit: 'view' };
  const listing = { cid: await cidOfBytes(`video ${at}`), video_name: `Video number ${at}`, terms };
  const answer = await fetch(`${url}/contents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...listing, content_creator_wallet: testWallet(1).address }),
  });
  if (!answer.ok) throw new Error(`the publication was answered ${answer.status}: ${await answer.text()}`);
}

async function measure(browser: Browser, url: string): Promise<Measurement[]> {
  const inPage = (await import(IN_PAGE)) as InPage;
  const picture = Buffer.from(await inPage.picture(browser));
  const front = await startFront(url, { videos: VIDEOS, picture });
  try {
    const landings: Awaited<ReturnType<InPage['landing']>>[] = [];
    for (let run = 0; run < LANDINGS; run += 1) landings.push(await inPage.landing(browser, front.url));
    const ours: Stalls[] = [];
    const plain: Stalls[] = [];
    for (let run = 0; run < SCROLLS; run += 1) {
      ours.push(await inPage.scrolledThrough(browser, front.url, VIDEOS));
      plain.push(await inPage.scrolledDown(browser, `${front.url}/plain`));
    }
    const most = (of: (one: (typeof landings)[number]) => number) => Math.max(...landings.map(of));
    return [
      cost('firstLoadKb', most(({ bytes }) => bytes) / 1e3, 'kB', 250),
      cost('interactiveMs.p50', median(landings.map(({ interactiveMs }) => interactiveMs)), 'ms', 1_000),
      cost(
        'landingRequests',
        most(({ requests }) => requests),
        '',
        6,
      ),
      // Below 50 ms a browser calls no task long, and tells of none.
      cost('scroll1000.longestTaskMs', median(ours.map(({ longestTaskMs }) => longestTaskMs)), 'ms', 50),
      cost(
        'scroll1000.longestStallMs',
        median(ours.map(({ longestMs }) => longestMs)),
        'ms',
        50,
        median(plain.map(({ longestMs }) => longestMs)),
      ),
    ];
  } finally {
    front.close();
  }
}
