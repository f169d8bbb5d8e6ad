import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Browser, Locator, Page } from 'playwright-core';

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

export type Scheme = 'light' | 'dark';
export interface Look {
  scheme?: Scheme;
  width?: number;
  height?: number;
}

export type Visit = Awaited<ReturnType<typeof visit>>;

/** Whatever the browser calls an error, its own policy's refusals included, except of the network. */
export function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !/Failed to load resource|ERR_/.test(text)) errors.push(text);
  });
  return errors;
}

/** One person's browser at the page of a host. */
export async function visit(
  browser: Browser,
  url: string,
  { scheme = 'light', width = 1280, height = 800 }: Look = {},
) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const errors = errorsOf(page);
  const choose = async (name: string | RegExp) => {
    await page
      .getByRole('banner')
      .getByRole('button', { name: /Connect wallet|Your wallet/ })
      .click();
    const leave = page.getByRole('button', { name: 'Use another wallet' });
    if (await leave.isVisible()) await leave.click();
    const wanted = page.getByRole('button', { name });
    const all = page.getByRole('button', { name: 'Show all 20' });
    await wanted.or(all).first().waitFor();
    if (!(await wanted.isVisible())) await all.click();
    await wanted.click();
    await page.getByRole('button', { name: /^Your wallet/ }).waitFor();
  };
  return {
    page,
    context,
    /** Goes to an address of the page and waits until its heading stands. */
    async open(path: string): Promise<void> {
      await page.goto(url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
    },
    /** Chooses a test wallet of the development chain by its number, from 1 on. */
    takeTestWallet: (number: number) => choose(new RegExp(`^Test wallet ${number}\\b`)),
    /** Chooses the wallet that has announced itself under this name. */
    takeExtension: (name: string) => choose(name),
    /** The button and what stands beside it once it has got to a step. */
    async reached(step: 'wallet' | 'working' | 'pending' | 'done' | 'failed'): Promise<Locator> {
      const status = page.locator(`[data-step="${step}"]`).first();
      await status.waitFor();
      return status;
    },
    /** What axe-core calls serious or critical in what is shown now. */
    async errors(): Promise<string[]> {
      await page.evaluate(settled);
      await page.evaluate(AXE);
      const found = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as {
        violations: { id: string; impact: string; nodes: { target: string[] }[] }[];
      };
      return found.violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    },
    /** What is wider than its place and can not be scrolled to: of each its text's beginning. */
    cutOff: () => page.evaluate(hiddenText),
    async close() {
      await context.close();
      expect(errors).to.deep.equal([]);
    },
  };
}

/** The video's position, once it has got past `seconds`. */
export async function playedPast(page: Page, seconds: number): Promise<number> {
  await page.waitForFunction((past) => {
    const video = document.querySelector('video');
    return video !== null && video.currentTime > past && !video.paused;
  }, seconds);
  return await positionOf(page);
}

/** Where the video stands, in seconds. */
export function positionOf(page: Page): Promise<number> {
  return page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
}

export async function seek(page: Page, seconds: number): Promise<void> {
  await page.locator('video').evaluate((video: HTMLVideoElement, to) => {
    video.currentTime = to;
  }, seconds);
}

/** In the page: half-way through a transition, colours are nobody's choice. What turns for ever is left turning. */
async function settled(): Promise<void> {
  const ending = document
    .getAnimations()
    .filter((each) => each.effect?.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(ending.map(({ finished }) => finished));
}

/** In the page: text that a box hides. What is there for screen readers alone is out of sight on purpose. */
function hiddenText(): string[] {
  const boxes = [...document.querySelectorAll<HTMLElement>('body *')].filter((box) => {
    const { overflowX, textOverflow } = getComputedStyle(box);
    const isHiding = overflowX === 'hidden' || overflowX === 'clip' || textOverflow === 'ellipsis';
    return (
      isHiding && !box.closest('.out-of-sight, video, svg, input, select') && box.innerText !== undefined
    );
  });
  const cut = boxes.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1);
  return cut.map(({ tagName, className, innerText }) => `${tagName} ${className}: ${innerText.slice(0, 60)}`);
}
