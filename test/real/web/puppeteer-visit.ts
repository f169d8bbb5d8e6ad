import type { Browser, ElementHandle, Page } from 'puppeteer-core';

const LONG_MS = 40_000;
/** Not with each frame: a tab behind another one has none. */
const WAIT = { polling: 100 };

export type PuppeteerVisit = Awaited<ReturnType<typeof visitByPuppeteer>>;

/** One person's browser, of any make, at the page of a host: what is done there is done by what people read. */
export async function visitByPuppeteer(browser: Browser, url: string) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(LONG_MS);
  await page.setViewport({ width: 1280, height: 900 });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));

  /** Waits for what people press under a name: a button, a link or a choice, that is there to be pressed, and stands still. */
  async function press(name: string): Promise<void> {
    const handle = await handleOf(page, PRESSED, name);
    await handle.asLocator().click();
  }
  async function read(text: string): Promise<void> {
    await page.waitForFunction((part) => document.body.innerText.includes(part), WAIT, text);
  }
  /** Takes the wallet of that name. */
  async function takeWallet(name: string): Promise<void> {
    await press('^Connect wallet');
    await press(name);
    await handleOf(page, PRESSED, '^Your wallet');
  }
  return {
    ...{ page, press, read, takeWallet, errors },
    async open(path: string): Promise<void> {
      // Tabs behind others are slowed down.
      await page.bringToFront();
      await page.goto(url + path);
      await page.waitForSelector('h1');
    },
    /** Chooses a test wallet of the development chain by its number, from 1 on. */
    takeTestWallet: (number: number) => takeWallet(`^Test wallet ${number}\\b`),
    /** Writes into the field under a label, in place of what stands there. */
    async fill(label: string, text: string): Promise<void> {
      const field = await handleOf(page, 'label', label);
      await field.click({ count: 1 });
      await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement, WAIT);
      await page.keyboard.down('Control');
      await page.keyboard.press('a');
      await page.keyboard.up('Control');
      await page.keyboard.type(text);
    },
    /** Chooses a file of this machine. */
    async choose(path: string): Promise<void> {
      const input = (await page.waitForSelector('input[type=file]')) as ElementHandle<HTMLInputElement>;
      await input.uploadFile(path);
    },
    /** Moves the video there. */
    async seek(seconds: number): Promise<void> {
      await page.evaluate((to) => {
        const video = document.querySelector('video');
        if (video) video.currentTime = to;
      }, seconds);
    },
    /** Waits until the video plays, further than that. */
    async playedPast(seconds: number): Promise<void> {
      await page.waitForFunction(
        (past) => {
          const video = document.querySelector('video');
          return video !== null && video.currentTime > past && !video.paused;
        },
        WAIT,
        seconds,
      );
    },
    text: async () => await page.evaluate(() => document.body.innerText),
    close: () => context.close(),
  };
}

const PRESSED = 'button, a, label.option';

/** An element that is seen and not switched off, by the pattern of its name. */
async function handleOf(page: Page, selector: string, name: string): Promise<ElementHandle> {
  const found = await page.waitForFunction(
    (css, pattern) => {
      const wanted = new RegExp(pattern);
      return [...document.querySelectorAll<HTMLElement>(css)].find((each) => {
        const isOff = each instanceof HTMLButtonElement && each.disabled;
        const said = each.getAttribute('aria-label') ?? each.innerText.trim();
        return !isOff && each.getClientRects().length > 0 && wanted.test(said);
      });
    },
    WAIT,
    selector,
    name,
  );
  return found.asElement() as ElementHandle;
}
