import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolder, removeFolder, startHost } from '../../e2e/host.ts';
import { startChromium } from '../chromium.ts';
import { setScene } from './scene.ts';
import { views } from './views.ts';
import { type Look, visit } from './visit.ts';

// npm run web:screenshots [-- FOLDER]: every view, for a person to look at.
// npm run web:screenshots -- --guides: those of the guides in docs/, small.

const isForGuides = process.argv[2] === '--guides';
const FOLDER = isForGuides ? 'docs' : (process.argv[2] ?? join('.data', 'screenshots'));
const LOOKS: Record<string, Look> = {
  light: { scheme: 'light' },
  dark: { scheme: 'dark' },
  phone: { scheme: 'light', width: 390, height: 844 },
  'phone-dark': { scheme: 'dark', width: 390, height: 844 },
};

/** The pictures of the guides, and the views that they are of. */
const GUIDES: Record<string, string> = {
  'guide-publish': 'publish',
  'guide-terms': 'publish-terms',
  'guide-provide': 'provide',
  'guide-earnings': 'earnings',
  'guide-deposit': 'watch-deposit',
  'guide-spent': 'watch-by-deposit',
};

const dataDir = await dataFolder();
const host = await startHost({ dataDir });
const browser = await startChromium();
try {
  await mkdir(FOLDER, { recursive: true });
  const cid = await setScene(host);
  await (isForGuides ? writeGuides(cid) : writeAll(cid));
  console.log(`The views are in ${FOLDER}.`);
} finally {
  await browser.close();
  await host.end('SIGTERM');
  await removeFolder(dataDir);
}

async function writeAll(cid: string): Promise<void> {
  for (const [look, options] of Object.entries(LOOKS)) {
    for (const [name, show] of Object.entries(views(cid))) {
      const me = await visit(browser, host.url, options);
      await show(me);
      await me.page.screenshot({ path: join(FOLDER, `${name}-${look}.png`) });
      await me.close();
    }
  }
}

async function writeGuides(cid: string): Promise<void> {
  for (const [name, view] of Object.entries(GUIDES)) {
    const me = await visit(browser, host.url);
    await views(cid)[view]?.(me);
    const png = await me.page.screenshot();
    // The browser itself writes what it takes as a picture; the page's own policy allows data: addresses.
    const webp = await me.page.evaluate(smaller, `data:image/png;base64,${png.toString('base64')}`);
    await writeFile(join(FOLDER, `${name}.webp`), Buffer.from(webp.split(',')[1] ?? '', 'base64'));
    await me.close();
  }
}

/** In the page: a picture as a data: address in WebP, as wide as the guides show it. */
async function smaller(png: string): Promise<string> {
  const [width, quality] = [1_000, 0.75];
  const image = new Image();
  image.src = png;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = Math.round((image.height * width) / image.width);
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/webp', quality);
}
