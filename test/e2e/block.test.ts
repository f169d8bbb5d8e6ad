import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { runBlock } from '../../scripts/lib/takedown/run.ts';
import { runHere, runNode } from '../scripts/run.ts';
import { dataFolder, eventually, getJson, type HostProcess, removeFolder, startHost, UNSET } from './host.ts';

const META = {
  video_name: 'Sample',
  content_creator_wallet: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  ...{ creator_share: 70, provider_share: 30, price: '0', serve: true },
};

describe('npm run block', () => {
  let dataDir: string;
  let host: HostProcess;
  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
  });
  after(async () => {
    await host?.end('SIGKILL');
    await removeFolder(dataDir);
  });

  const settings = () => ({ ...UNSET, DATA_DIR: dataDir });
  const block = (...args: string[]) => runHere(runBlock, args, settings());
  const blockApart = (...args: string[]) => runNode(['scripts/block.ts', ...args], settings());
  async function publish(content: string): Promise<string> {
    const form = new FormData();
    form.set('json_data', JSON.stringify(META));
    form.set('file', new Blob([content]), 'video.mp4');
    const answer = await fetch(`${host.url}/upload-content`, { method: 'POST', body: form });
    expect(answer.status).to.equal(200);
    return ((await answer.json()) as { meta: { cid: string } }).meta.cid;
  }
  /** Of its file, of what plays, of its listing; and how many streams it has. */
  async function stateOf(cid: string): Promise<number[]> {
    const paths = [`/ipfs/${cid}`, `/play/${cid}`, `/contents/${cid}`];
    const answers = await Promise.all(paths.map((path) => fetch(host.url + path)));
    const { streams } = await getJson<{ streams: object[] }>(`${host.url}/streams/${cid}`);
    return [...answers.map(({ status }) => status), streams.length];
  }
  const listed = async (cid: string) =>
    JSON.stringify(await getJson<object>(`${host.url}/contents`)).includes(cid);

  it('takes contents off a host that runs, and --undo gives them back, but for their streams', async () => {
    const [one, other] = [await publish('one'), await publish('other')];
    expect(await stateOf(one)).to.deep.equal([200, 200, 200, 1]);
    const dry = await block('--dry-run', one);
    expect(dry.stdout, dry.stderr).to.equal(
      `${one} is not taken down, and is served at ${host.url}/play/${one}.\n`,
    );
    expect(await stateOf(one)).to.deep.equal([200, 200, 200, 1]);

    const list = join(dataDir, 'list');
    await writeFile(list, `${other} # the other\n`);
    const done = await blockApart(one, '--list', list, '--reason', 'Court order 12');
    expect(done.how, done.stderr).to.equal(0);
    const lines = done.stdout.trimEnd().split('\n');
    for (const [at, cid] of [one, other].entries()) {
      expect(lines[at]).to.match(new RegExp(`^${cid} is taken down, since 20\\S+ by \\S+: Court order 12$`));
      expect(await stateOf(cid)).to.deep.equal([451, 451, 451, 0]);
      expect(await listed(cid)).to.equal(false);
    }
    expect(lines).to.have.length(2);

    await host.end('SIGKILL');
    host = await startHost({ dataDir });
    expect(await stateOf(one)).to.deep.equal([451, 451, 451, 0]);
    const undone = await block('--undo', one);
    expect(undone.how, undone.stderr).to.equal(0);
    expect(undone.stdout).to.match(
      /^\w+ is not taken down\.\nNo stream is registered again: npm run provide/,
    );
    expect(await stateOf(one)).to.deep.equal([200, 404, 200, 0]);
    expect(await stateOf(other)).to.deep.equal([451, 451, 451, 0]);
    expect(await listed(one)).to.equal(true);
  });

  it('where no host runs writes it down for the next one, which ends the stream', async () => {
    const cid = await publish('another');
    expect(await stateOf(cid)).to.deep.equal([200, 200, 200, 1]);
    await host.end('SIGTERM');
    const done = await block(cid);
    expect(done.how, done.stderr).to.equal(0);
    expect(done.stdout).to.match(/^\w+ is taken down, since 20\S+ by \S+\.\n {2}No host runs: .*\n$/);
    host = await startHost({ dataDir, env: { PORT: new URL(host.url).port } });
    const state = await eventually(
      20_000,
      () => stateOf(cid),
      ([, , , streams]) => streams === 0,
    );
    expect(state).to.deep.equal([451, 451, 451, 0]);
  });

  it('says so where no host has ever run', async () => {
    const { how, stderr } = await runHere(runBlock, [META.content_creator_wallet], {
      ...UNSET,
      DATA_DIR: join(dataDir, 'nothing'),
    });
    expect(how).to.equal(1);
    expect(stderr).to.match(/^No host has ever run with DATA_DIR=.*\n$/);
  });
}).timeout(120_000);
