import type { Page } from 'playwright-core';

export interface Clicks {
  /** Of a person, on anything. */
  count: number;
}

/** Counts the clicks in a page's windows, whoever asks Chromium for them. */
export async function countClicks(page: Page): Promise<Clicks> {
  const clicks = { count: 0 };
  await page.exposeFunction('clicked', () => {
    clicks.count += 1;
  });
  await page.addInitScript(() => {
    const { clicked } = window as unknown as { clicked(): void };
    // Of a person: code that clicks, or a label that hands on, is none.
    addEventListener('pointerdown', (event) => event.isTrusted && clicked(), { capture: true });
  });
  return clicks;
}
