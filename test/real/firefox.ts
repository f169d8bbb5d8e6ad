import { execFileSync } from 'node:child_process';
import puppeteer, { type Browser } from 'puppeteer-core';

/** So that a video that a page begins by itself plays with its sound, and nothing is asked for from elsewhere. */
const PREFERENCES = {
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.gmp-manager.updateEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
};

/** Debian's Firefox on PATH, by WebDriver BiDi; a machine without it fails here, it does not skip. */
export async function startFirefox(): Promise<Browser> {
  const executablePath = execFileSync('sh', ['-c', 'command -v firefox-esr'], { encoding: 'utf8' }).trim();
  return await puppeteer.launch({
    ...{ browser: 'firefox', executablePath, headless: true },
    extraPrefsFirefox: PREFERENCES,
    protocolTimeout: 120_000,
    timeout: 120_000,
  });
}
