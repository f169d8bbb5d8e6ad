import type { Browser, CDPSession, Page } from 'playwright-core';
import { visit } from './visit.ts';

/** A picture as creators' browsers make them, in JPEG. */
export async function picture(browser: Browser): Promise<number[]> {
  const page = await browser.newPage();
  try {
    return await page.evaluate(drawPicture);
  } finally {
    await page.close();
  }
}

export interface Landing {
  /** From where the browser went off until the first card could be clicked. */
  interactiveMs: number;
  /** Beside pictures. */
  requests: number;
  /** Over the line, beside pictures. */
  bytes: number;
}

/** One landing of somebody who was never there. */
export async function landing(browser: Browser, url: string): Promise<Landing> {
  const { page, context } = await visit(browser, url);
  try {
    const counted = await countRequests(page);
    await page.addInitScript(noteInteractive);
    await page.goto(url);
    const interactiveMs = await page.evaluate(() => interactive);
    await page.getByText('Live', { exact: true }).waitFor();
    return { interactiveMs, requests: counted.urls.size, bytes: counted.bytes };
  } finally {
    await context.close();
  }
}

/** How many requests a page makes, and how much they bring, pictures apart. */
export async function countRequests(page: Page): Promise<{ urls: Map<string, string>; bytes: number }> {
  const line: CDPSession = await page.context().newCDPSession(page);
  const counted = { urls: new Map<string, string>(), bytes: 0 };
  line.on('Network.requestWillBeSent', ({ requestId, request, type }) => {
    if (type !== 'Image' && !request.url.startsWith('data:')) counted.urls.set(requestId, request.url);
  });
  line.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (counted.urls.has(requestId)) counted.bytes += encodedDataLength;
  });
  await line.send('Network.enable');
  return counted;
}

export interface Stalls {
  /** Of the page's own thread. */
  longestTaskMs: number;
  /** Between two frames, or a task. */
  longestMs: number;
}

/** Scrolls by the wheel through so many videos, a page of them after the other. */
export async function scrolledThrough(browser: Browser, url: string, videos: number): Promise<Stalls> {
  const { page, context, open } = await visit(browser, url);
  try {
    await open('/');
    await page.locator('.card').first().waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.evaluate(noteStalls);
    const line = await context.newCDPSession(page);
    const more = page.getByRole('button', { name: 'Show more' });
    for (;;) {
      const { leftPx, cards } = await page.evaluate(whereWeAre);
      if (leftPx > 1) await turnWheel(line, leftPx);
      else if (cards === videos) return await page.evaluate(() => stalls);
      else {
        await more.click();
        await page.waitForFunction(moreThan, cards);
      }
    }
  } finally {
    await context.close();
  }
}

/** Scrolls by the wheel to the end of a page that is all there from the start: what this machine's browser stalls by itself. */
export async function scrolledDown(browser: Browser, url: string): Promise<Stalls> {
  const { page, context } = await visit(browser, url);
  try {
    await page.goto(url);
    await page.evaluate(noteStalls);
    const { leftPx } = await page.evaluate(whereWeAre);
    await turnWheel(await context.newCDPSession(page), leftPx);
    return await page.evaluate(() => stalls);
  } finally {
    await context.close();
  }
}

/** As fast as one can look at pictures: two windows a second. */
async function turnWheel(line: CDPSession, px: number): Promise<void> {
  const at = { x: 600, y: 500, speed: 1_600, gestureSourceType: 'mouse' } as const;
  await line.send('Input.synthesizeScrollGesture', { ...at, yDistance: -px });
}

declare global {
  /** Of the landing: when it could be clicked. */
  var interactive: Promise<number>;
  var stalls: Stalls;
}

/** In the page: a card is there and nothing lies over it. */
function noteInteractive(): void {
  globalThis.interactive = new Promise((resolve) => {
    const look = (): void => {
      const link = document.querySelector('.card a');
      const { left = 0, top = 0 } = link?.getBoundingClientRect() ?? {};
      if (link?.contains(document.elementFromPoint(left + 2, top + 2))) resolve(performance.now());
      else requestAnimationFrame(look);
    };
    look();
  });
}

/** In the page. */
function noteStalls(): void {
  const noted: Stalls = { longestTaskMs: 0, longestMs: 0 };
  globalThis.stalls = noted;
  const note = (ms: number) => {
    noted.longestMs = Math.max(noted.longestMs, ms);
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      noted.longestTaskMs = Math.max(noted.longestTaskMs, duration);
      note(duration);
    }
  }).observe({ type: 'longtask' });
  let last = performance.now();
  const frame = (now: number) => {
    note(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** In the page. */
function whereWeAre(): { leftPx: number; cards: number } {
  const { scrollHeight } = document.documentElement;
  return {
    leftPx: Math.ceil(scrollHeight - scrollY - innerHeight),
    cards: document.querySelectorAll('.card').length,
  };
}

/** In the page. */
function moreThan(cards: number): boolean {
  return document.querySelectorAll('.card').length > cards;
}

/** In the page: 1,280 × 720 of many colours. */
async function drawPicture(): Promise<number[]> {
  const canvas = new OffscreenCanvas(1_280, 720);
  const context = canvas.getContext('2d');
  for (let at = 0; context && at < 3_000; at += 1) {
    context.fillStyle = `hsl(${(at * 47) % 360} ${40 + (at % 50)}% ${20 + (at % 60)}%)`;
    context.fillRect((at * 113) % 1_280, (at * 71) % 720, 20 + (at % 90), 20 + (at % 70));
  }
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
  return [...new Uint8Array(await blob.arrayBuffer())];
}
