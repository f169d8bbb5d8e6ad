import { JsonRpcProvider } from 'ethers';
import type { Browser, Page } from 'playwright-core';
import { testWallet } from '../../../wallets.ts';
import { installExtension } from '../extension.ts';
import { publishProtected } from '../protected-upload.ts';
import { visit } from '../visit.ts';

const VIEWER = 3;
const TERMS = { price: '0.0001', unit: 'minute', preview_sec: 0, serve: true };

/** How long it takes from the press of play to the first frame: of a video more in each run, by one deposit. */
export async function firstFrames(
  browser: Browser,
  { url, chainId, rpcUrl }: { url: string; chainId: number; rpcUrl: string },
  runs: number,
): Promise<number[]> {
  const chain = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1 });
  const { page, context, open, takeExtension } = await visit(browser, url);
  const watch = async (nth: number) =>
    await open(`/watch/${(await publishProtected({ url }, `First frame ${nth}`, TERMS)).cid}`);
  try {
    const signer = testWallet(VIEWER, chain);
    const { name } = await installExtension(context, { signer, chainId });
    await watch(0);
    await takeExtension(name);
    await page.getByRole('button', { name: 'Pay as you watch' }).click();
    await page.getByRole('button', { name: /^Deposit .* and play/ }).click();
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0);
    const tookMs: number[] = [];
    for (let run = 1; run <= runs; run += 1) {
      await watch(run);
      tookMs.push(await pressedToFrame(page));
    }
    return tookMs;
  } finally {
    await context.close();
    chain.destroy();
  }
}

async function pressedToFrame(page: Page): Promise<number> {
  const play = page.getByRole('button', { name: 'Play', exact: true });
  await play.waitFor();
  const frame = page.evaluate(untilFrame);
  await play.click();
  return await frame;
}

/** In the page: from the next click to the first frame that is shown. */
function untilFrame(): Promise<number> {
  return new Promise((resolve) => {
    const look = (sinceMs: number): void => {
      const video = document.querySelector('video');
      if (video) video.requestVideoFrameCallback(() => resolve(performance.now() - sinceMs));
      else requestAnimationFrame(() => look(sinceMs));
    };
    addEventListener('click', () => look(performance.now()), { capture: true, once: true });
  });
}
