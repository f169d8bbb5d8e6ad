import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { JsonRpcProvider } from 'ethers';
import { publicTestAccounts } from '../../devchain/accounts.ts';
import { pathsOf } from '../../indexer/config/paths.ts';
import { BOOK } from '../../indexer/store/sqlite/book/schema.ts';
import { openDatabase } from '../../indexer/store/sqlite/database.ts';
import { openSqliteStores } from '../../indexer/store/sqlite/index.ts';
import { node } from '../child.ts';
import { eventually } from '../until.ts';
import { dataFolder, ON_TERMINAL, refusal, removeFolder, spawnHost, startHost, useHost } from './host.ts';

describe('npm start', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await dataFolder();
  });
  afterEach(() => removeFolder(dataDir));

  it('names every wrong variable at once and starts nothing', async () => {
    const { gone, output } = spawnHost({ dataDir, env: { PORT: 'eighty', CORS_ORIGINS: 'localhost' } });
    expect(await gone).to.equal(1);
    expect(output()).to.match(/PORT: must be a port number[\s\S]*CORS_ORIGINS: must be an origin/);
    expect(output()).to.not.contain(' at ');
  });

  it('takes no argument that it does not know', async () => {
    const { gone, output } = spawnHost({ dataDir }, [...node('indexer/main.ts'), '--takeover']);
    expect(await gone).to.equal(1);
    expect(output()).to.contain('--takeover: is no option of npm start, which has one: --take-over');
  });

  it('takes no address of a Kubo node that can not be one, and no credentials where they would be logged', async () => {
    for (const [url, told] of [
      ['127.0.0.1:5001', 'IPFS_API_URL: must be an http(s) URL'],
      [
        'http://me:secret@127.0.0.1:5001',
        'IPFS_API_URL: must carry no credentials: put them into IPFS_API_AUTH',
      ],
    ] as const) {
      const said = await refusal({ dataDir, env: { IPFS_API_URL: url, IPFS_API_AUTH: 'secret' } });
      expect(said).to.equal(
        `Configuration is wrong:\n  ${told}\n  IPFS_API_AUTH: must be "Bearer TOKEN" or "Basic BASE64"`,
      );
    }
  });

  for (const variable of ['PORT', 'DEVNET_PORT']) {
    it(`says that the port of ${variable} is taken, in one line`, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      try {
        const { gone, output } = spawnHost({ dataDir, env: { [variable]: String(port) } });
        expect(await gone).to.equal(1);
        expect(output()).to.match(new RegExp(`^.*${port}.*${variable}.*$`, 'm'));
        expect(output()).to.not.match(/^\s+at /m);
      } finally {
        server.close();
      }
    });
  }

  it('refuses unsigned mode on an address that others can reach', async () => {
    expect(await refusal({ dataDir, env: { HOST: '0.0.0.0' } })).to.match(/HOST/);
  });

  it('says in one line that the folder of data takes nothing', async () => {
    const said = await refusal({ dataDir: '/sys/stream-host' });
    expect(said).to.match(/^\/sys\/stream-host can't be written \(E[A-Z]+\): .*set DATA_DIR.*$/);
  });

  it('says in one line that the records are damaged, and that they can be rebuilt', async () => {
    const paths = pathsOf({ dataDir, deploymentsDir: '' });
    const damage = () => writeFile(paths.records, 'no database'.repeat(1_000));
    const line =
      /^The records in .*records\.sqlite are damaged \(SQLITE_NOTADB\): .*rebuilt from the chain.*$/;
    await damage();
    // Of the version before: what they hold stands nowhere else.
    expect(await refusal({ dataDir }))
      .to.match(line)
      .and.match(/without the reports .* secrets/);
    await rm(paths.records);
    const { store, book } = openSqliteStores(paths);
    await store.close();
    await book.close();
    await damage();
    expect(await refusal({ dataDir }))
      .to.match(line)
      .and.not.match(/without/);
  });

  it('says in one line that the book is damaged, and that nothing else has what it holds', async () => {
    await writeFile(join(dataDir, 'book.sqlite'), 'no database'.repeat(1_000));
    const { gone, output } = spawnHost({ dataDir });
    expect(await gone).to.equal(1);
    const line = output().trim().split('\n').at(-1);
    expect(line).to.match(
      /^The book in .*book\.sqlite is damaged \(SQLITE_NOTADB\): restore a copy \(npm run restore.* secrets/,
    );
    expect(output()).to.not.match(/^\s+at /m);
  });

  it('says that its key does not open the secrets of protected videos, and how to go on', async () => {
    const book = openDatabase(join(dataDir, 'book.sqlite'), BOOK);
    book.exec("INSERT INTO content_secrets VALUES ('a content', 'its creator', 'sealed', 'a-key')");
    book.close();
    const said = await refusal({ dataDir, env: { KEYS_SECRET: '02'.repeat(32) } });
    expect(said).to.match(/^.* under another key \(a-key\).* set KEYS_SECRET .*keys-secret.*$/);
  });

  it('is calm on a terminal: one plain line an event, no warning, fewer than fifteen lines until it is ready', async () => {
    const host = await startHost({ dataDir }, ON_TERMINAL);
    try {
      await fetch(`${host.url}/streams`);
      const output = async () => await delay(20, host.output());
      const shown = await eventually(2_000, output, (text) => text.includes('GET'));
      const [start = '', since = ''] = shown.split(/^Ready: .*\r?\n/m);
      expect(start.trim().split('\n')).to.have.length.below(15);
      expect(start).to.match(/^\d\d:\d\d:\d\d info {2}StreamHost is deployed at 0x/m);
      expect(shown).to.not.match(/warn|"level":/i);
      expect(since).to.match(/^\d\d:\d\d:\d\d info {2}GET \/streams 200 [\d.]+ ms\r?\n$/);
    } finally {
      await host.end('SIGTERM');
    }
  });

  describe('once ready', () => {
    const host = useHost();

    it('says what it runs and where, and which variable swaps each part', () => {
      for (const variable of ['ETH_RPC_URL', 'DATA_DIR', 'PORT']) expect(host.output()).to.contain(variable);
      expect(host.output())
        .to.match(/public test keys: npm run accounts/)
        .and.not.contain(publicTestAccounts()[0]?.privateKey);
    });

    it('is ready for wallets: the development chain answers as chain 31337', async () => {
      const provider = new JsonRpcProvider(host.rpcUrl);
      try {
        expect((await provider.getNetwork()).chainId).to.equal(31337n);
      } finally {
        provider.destroy();
      }
    });

    it('answers /readyz with every part up', async () => {
      const answer = await fetch(`${host.url}/readyz`);
      expect(answer.status, await answer.clone().text()).to.equal(200);
    });

    it('stops within 2 s of Ctrl-C, with open connections, and leaves nothing listening', async () => {
      const answer = await fetch(`${host.url}/healthz`);
      expect(answer.status).to.equal(200);
      const started = performance.now();
      expect(await host.end('SIGINT')).to.equal(0);
      expect(performance.now() - started).to.be.below(2_000);
      for (const url of [host.url, host.rpcUrl]) {
        expect(
          await fetch(url).then(
            () => 'answers',
            () => 'refused',
          ),
          url,
        ).to.equal('refused');
      }
    });

    it('and stopped, without the journal of its chain: says in one line that it is gone, and how to go on', async () => {
      await host.end('SIGINT');
      await rm(join(host.dataDir, 'devnet', 'journal'));
      const { gone, output } = spawnHost({ dataDir: host.dataDir });
      expect(await gone).to.equal(1);
      const line = output().trim().split('\n').at(-1);
      expect(line).to.match(
        /^The records in .* are of another development chain .*devnet\/journal.* or delete /,
      );
    });
  });
});
