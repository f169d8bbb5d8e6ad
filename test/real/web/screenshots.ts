import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolder, removeFolder, startHost } from '../../e2e/host.ts';
import { startChromium } from '../chromium.ts';
import { setScene } from './scene.ts';
import { views } from './views.ts';
import { type Look, visit } from './visit.ts';

// npm run web:screenshots [-- FOLDER]: every view, for a person to look at.

const FOLDER = process.argv[2] ?? join('.data', 'screenshots');
const LOOKS: Record<string, Look> = {
  light: { scheme: 'light' },
  dark: { scheme: 'dark' },
  phone: { scheme: 'light', width: 390, height: 844 },
  'phone-dark': { scheme: 'dark', width: 390, height: 844 },
};

const dataDir = await dataFolder();
const host = await startHost({ dataDir });
const browser = await startChromium();
try {
  await mkdir(FOLDER, { recursive: true });
  const cid = await setScene(host);
  for (const [look, options] of Object.entries(LOOKS)) {
    for (const [name, show] of Object.entries(views(cid))) {
      const me = await visit(browser, host.url, options);
      await show(me);
      await me.page.screenshot({ path: join(FOLDER, `${name}-${look}.png`) });
      await me.close();
    }
  }
  console.log(`The views are in ${FOLDER}.`);
} finally {
  await browser.close();
  await host.end('SIGTERM');
  await removeFolder(dataDir);
}
