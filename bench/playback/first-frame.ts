import type { Browser } from 'playwright-core';
import { startChromium } from '../../test/real/chromium.ts';
import { cost, type Measurement, median } from '../case.ts';
import type { ChainFacts } from './world.ts';

/** Loaded when it runs: the types of a browser's page are not those of a host. */
const IN_PAGE = new URL('../../test/real/web/player/first-frames.ts', import.meta.url).href;
const RUNS = 7;

type FirstFrames = (
  browser: Browser,
  host: { url: string; chainId: number; rpcUrl: string },
  runs: number,
) => Promise<number[]>;

/**
 * From the press of play to the first frame in the page, with a deposit made: each run has a video of its own, whose first
 * minute is bought. Without Chromium it is left out.
 */
export async function measureFirstFrame(
  url: string,
  { chain_id, rpc_url }: ChainFacts,
): Promise<Measurement[]> {
  const browser = await startChromium().catch(() => null);
  if (browser === null) {
    console.error('playback: there is no chromium on PATH, so firstFrameMs.p50 is left out.');
    return [];
  }
  try {
    const { firstFrames } = (await import(IN_PAGE)) as { firstFrames: FirstFrames };
    const tookMs = await firstFrames(browser, { url, chainId: chain_id, rpcUrl: rpc_url }, RUNS);
    return [cost('firstFrameMs.p50', median(tookMs), 'ms', 1_000)];
  } finally {
    await browser.close();
  }
}
