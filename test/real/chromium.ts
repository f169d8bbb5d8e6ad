import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';
import puppeteer, { type Browser as PuppeteerBrowser } from 'puppeteer-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser on PATH; a machine without one fails here, it does not skip. */
export async function startChromium(): Promise<Browser> {
  return await chromium.launch({ executablePath: onPath(), args: FLAGS });
}

/** The same one, driven as Firefox is. */
export async function startChromiumByPuppeteer(): Promise<PuppeteerBrowser> {
  return await puppeteer.launch({ executablePath: onPath(), args: FLAGS });
}

function onPath(): string {
  return execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
}
