import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { publicTestAccounts } from '../../devchain/accounts.ts';
import { freePort } from '../real/web/free-port.ts';
import { runNode } from '../scripts/run.ts';
import { codeBlocks } from './code-blocks.ts';
import { dataFolder, getJson, type HostProcess, removeFolder, startHost, UNSET } from './host.ts';

const run = promisify(execFile);
const PROVIDER = publicTestAccounts()[5]?.address;

describe("the guide's two hosts on one development chain", () => {
  const [first, second] = codeBlocks('docs/providing.md', 'On the development chain, on one machine');
  const folders: string[] = [];
  const hosts: HostProcess[] = [];
  after(async () => {
    for (const host of hosts) await host.end('SIGKILL');
    for (const folder of folders) await removeFolder(folder);
  });

  /** The variables that the lines set, and nothing else of them. */
  async function settingsIn(lines: string): Promise<Record<string, string>> {
    const named = [...lines.matchAll(/\b([A-Z_]+)=/g)].map(([, name]) => name);
    const shown = named.map((name) => `echo "${name}=$${name}"`).join('; ');
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', `${lines}\n${shown}`]);
    return Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    );
  }

  it('start as it says; the second serves, for its wallet, and its page has the test wallets', async () => {
    folders.push(await dataFolder(), await dataFolder());
    const [dataDir = '', other = ''] = folders;
    const port = String(await freePort());
    const here = (text = '') => text.replaceAll('8010', port).replace('.data/second', other);
    const opened = here(first?.code).replace(' npm start', '').trim();
    const a = await startHost({ dataDir, env: await settingsIn(`export ${opened}`) });
    hosts.push(a);
    const lines = here(second?.code)
      .replace('http://localhost:8000', a.url)
      .replace('http://127.0.0.1:8545', a.rpcUrl)
      .replace('npm start', '');
    const env = await settingsIn(lines);
    const b = await startHost({ dataDir: other, env });
    hosts.push(b);
    const chain = await getJson<Record<string, unknown>>(`${b.url}/chain`);
    expect(chain).to.include({ provider_wallet: PROVIDER, rpc_url: a.rpcUrl });

    const origin = String(env.PUBLIC_URL);
    const sent = await fetch(a.rpcUrl, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ jsonrpc: '2.0', id: 1, method: 'eth_sendTransaction' },
        params: [{ from: PROVIDER, to: PROVIDER, value: '0x1' }],
      }),
    });
    expect(await sent.json()).to.have.property('result');

    const form = new FormData();
    form.set('file', new Blob(['a file of the first host']), 'file.mp4');
    const terms = { creator_share: 70, provider_share: 30, price: 0 };
    const creator = publicTestAccounts()[1]?.address;
    form.set('json_data', JSON.stringify({ video_name: 'Two', content_creator_wallet: creator, ...terms }));
    const uploaded = await fetch(`${a.url}/upload-content`, { method: 'POST', body: form });
    const { cid = '', ...answer } = ((await uploaded.json()) as { meta?: { cid: string } }).meta ?? {};
    expect(uploaded.status, JSON.stringify(answer)).to.be.oneOf([200, 201]);
    const from = a.url.replace('127.0.0.1', 'localhost');
    const { how, stdout, stderr } = await runNode(['scripts/provide.ts', cid, '--from', from], {
      ...UNSET,
      ...env,
    });
    expect(how, stderr).to.equal(0);
    expect(stdout).to.contain(`${cid} is served at ${origin}/play/${cid},`);
    expect(stdout).to.contain('localhost reaches only this machine: ');
  });
});
