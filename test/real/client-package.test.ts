import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { codeBlocks, runBlock } from '../e2e/code-blocks.ts';
import { ROOT, useHost } from '../e2e/host.ts';
import { testWallet } from '../wallets.ts';
import { startChromium } from './chromium.ts';
import { startClientPages } from './client-pages.ts';
import { type Market, openMarket } from './minutes/market.ts';

const run = promisify(execFile);
const CLIENT = join(ROOT, 'client');
const PACKAGE = '@stream-host/client';
const [OPERATOR, VIEWER] = [3, 7];
const VERSIONS = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

describe('the client as a package', function () {
  this.timeout(180_000);
  let folder: string;
  const npm = (...args: string[]) => run('npm', args, { cwd: folder });
  before(async () => {
    // Not below this project, whose packages would be found there.
    folder = await mkdtemp('/tmp/client-package-');
    await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: CLIENT });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    const { version } = JSON.parse(await readFile(join(CLIENT, 'package.json'), 'utf8'));
    await install(`./stream-host-client-${version}.tgz`, `ethers@${VERSIONS.dependencies.ethers}`);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const install = (...names: string[]) =>
    npm('install', '--prefer-offline', '--no-fund', '--no-audit', '--ignore-scripts', ...names);

  /** Compiles a file of the project as those do who keep no declaration unread. */
  async function compiled(file: string, module: 'node16' | 'preserve'): Promise<string> {
    const options = {
      ...{ module, moduleResolution: module === 'preserve' ? 'bundler' : module, target: 'es2022' },
      ...{ strict: true, exactOptionalPropertyTypes: true, noEmit: true, types: [] },
      ...{ lib: ['es2022', 'dom', 'dom.iterable', 'esnext.disposable'] },
    };
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: [file] }),
    );
    const { stdout } = await run('tsc', ['--project', folder]).catch((error: { stdout: string }) => error);
    // What other packages' declarations say of each other is theirs.
    return stdout.replace(/^\S*node_modules\/(?!@stream-host).*\n(?:\s.*\n)*/gm, '');
  }

  it('is packed without what makes it, or anything of the project', async () => {
    const { stdout } = await npm('ls', '--all', '--json');
    const { dependencies } = JSON.parse(stdout);
    expect(Object.keys(dependencies)).to.deep.equal([PACKAGE, 'ethers']);
    const packed = join(folder, 'node_modules', PACKAGE);
    const texts = await Promise.all(
      ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'dist/abi.js'].map(
        async (name) => [name, await readFile(join(packed, name), 'utf8')] as const,
      ),
    );
    for (const [name, text] of texts) expect(text, name).to.not.match(/\.\.\/\.\.|\.ts'/);
  });

  it('has types for a project without hls.js', async () => {
    await writeFile(
      join(folder, 'plain.ts'),
      `import { type Balance, openChannel, type Relay } from '${PACKAGE}';
      import { STREAM_HOST_ABI } from '${PACKAGE}/abi';
      type Names = Extract<(typeof STREAM_HOST_ABI)[number], { type: 'function' }>['name'];
      export const names: Names[] = ['publish', 'claim'];
      export const relay: Relay = { host: '' };
      export const left = ({ left }: Balance): bigint => left;
      // @ts-expect-error: it has no such option
      void openChannel({ hosts: [] });
      // @ts-expect-error: it has no such function
      export const wrong: Names = 'steal';`,
    );
    for (const module of ['node16', 'preserve'] as const) {
      expect(await compiled('plain.ts', module)).to.equal('');
    }
  });

  describe('in Node', () => {
    const host = useHost();

    it('opens a channel, buys a key and leaves, by the example of its README', async () => {
      const [upload] = codeBlocks('docs/client.md', 'Try it');
      const [buy] = codeBlocks('client/README.md', 'Buy a key');
      if (!upload || !buy) throw new Error('a block is missing');
      await runBlock(upload, host);
      const leave = `
        const fresh = new JsonRpcProvider(chain._getConnection().url, undefined, { cacheTimeout: -1 });
        const by = { wallet: wallet.connect(fresh) };
        await channel.close(by);
        const { withdrawableAtSec } = await channel.balance();
        await chain.send('evm_setNextBlockTimestamp', [withdrawableAtSec]);
        await channel.collect(by);
        const { deposit } = await channel.balance();
        const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', keys.get(0))).toString('hex');
        const listed = (await (await fetch(playUrl + '/content.json')).json()).keys[0];
        console.log(JSON.stringify({ isListed: sha256 === listed, deposit: String(deposit) }));
        for (const each of [chain, fresh]) each.destroy();`;
      const code = buy.code.replace('chain.destroy();', leave);
      const printed = await runBlock({ ...buy, code }, host, {}, folder);
      expect(printed.split('\n')).to.deep.equal([
        'a key of 16 bytes for 1000000000000000n base units; 9000000000000000n are left',
        '{"isListed":true,"deposit":"0"}',
        '',
      ]);
    });
  });

  describe('in a browser', () => {
    let market: Market;
    let pages: Awaited<ReturnType<typeof startClientPages>>;
    before(async () => {
      await install(`hls.js@${VERSIONS.devDependencies['hls.js']}`);
      await copyFile(join(import.meta.dirname, 'package', 'page.ts'), join(folder, 'page.ts'));
      pages = await startClientPages(join(folder, 'page.ts'));
      // Who has the rest given back by a host writes there.
      const env = { CORS_ORIGINS: new URL(pages.url).origin, RELAY_DEPOSIT_MIN: `${ZeroAddress}:1` };
      market = await openMarket([{ operator: OPERATOR, videos: 1, inToken: false, env }]);
    });
    after(async () => {
      await market?.stop();
      pages?.close();
    });

    it('has types for a page with hls.js', async () => {
      for (const module of ['node16', 'preserve'] as const) {
        expect(await compiled('page.ts', module)).to.equal('');
      }
    });

    it('opens a channel, reads playlists, buys a key and has the rest back at once', async () => {
      const { chain, shops } = market;
      const [shop] = shops;
      const [listing] = shop?.listings ?? [];
      if (!shop || !listing) throw new Error('nothing is sold');
      const browser = await startChromium();
      try {
        const page = await browser.newPage();
        await page.goto(pages.url);
        await page.waitForFunction('globalThis.pay');
        const deposit = 10n * listing.price;
        const setting = {
          ...{ parties: shop.parties, video: listing, host: shop.host.url, rpcUrl: chain.url },
          ...{
            unitPrice: `${listing.price}`,
            deposit: `${deposit}`,
            walletKey: testWallet(VIEWER).privateKey,
          },
        };
        const text = JSON.stringify(setting, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
        const paid: Paid = await page.evaluate(`pay(${text})`);
        const { keys } = (await (await fetch(`${listing.playUrl}/content.json`)).json()) as {
          keys: string[];
        };
        expect(createHash('sha256').update(Buffer.from(paid.key)).digest('hex')).to.equal(keys[0]);
        const { levels, spent, deposit: left, delaySec } = paid;
        expect({ levels, spent, left, delaySec }).to.deep.equal({
          ...{ levels: 1, spent: `${listing.price}`, left: '0' },
          delaySec: Number(await market.contract.withdrawDelaySec()),
        });
      } finally {
        await browser.close();
      }
    });
  });
});

interface Paid {
  levels: number;
  key: number[];
  spent: string;
  deposit: string;
  delaySec: number;
}
