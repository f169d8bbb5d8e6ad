import { expect } from 'chai';
import { REGISTRATION } from '../indexer/http/samples.ts';
import { dataFolder, eventually, getJson, type HostProcess, removeFolder, startHost } from './host.ts';

/** Nothing listens there: the port is reserved. */
const NOBODY = 'redis://:hunter2@127.0.0.1:1';

interface Readiness {
  ready: boolean;
  parts: Record<string, unknown>;
}

describe('npm start where REDIS_URL leads nowhere', () => {
  let dataDir: string;
  let host: HostProcess;
  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir, env: { REDIS_URL: NOBODY } });
  });
  after(async () => {
    await host.end('SIGKILL');
    await removeFolder(dataDir);
  });

  it('is ready, and /readyz says what it goes on without', async () => {
    // The first look at the chain ends a moment after its blocks are in the records.
    const readyz = async () => (await (await fetch(`${host.url}/readyz`)).json()) as Readiness;
    const { ready, parts } = await eventually(20_000, readyz, (answer) => answer.ready);
    expect(ready).to.equal(true);
    for (const part of [parts.live, parts.tallies]) {
      expect(part).to.deep.equal({
        state: 'degraded',
        name: 'redis',
        reason: 'Redis does not answer: connect ECONNREFUSED 127.0.0.1:1',
      });
    }
  });

  it('shows a stream as soon as it is registered', async () => {
    const registered = await fetch(`${host.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(REGISTRATION),
    });
    expect(registered.status, await registered.text()).to.equal(200);
    const { streams } = await getJson<{ streams: { stream_url: string }[] }>(
      `${host.url}/streams/${REGISTRATION.cid}`,
    );
    expect(streams.map(({ stream_url }) => stream_url)).to.deep.equal([REGISTRATION.stream_url]);
  });

  it('has said so once, without the password, and stops in time', async () => {
    const said = host
      .output()
      .split('\n')
      .filter((line) => line.includes('going on without Redis'));
    expect(said).to.have.length(1);
    const started = performance.now();
    expect(await host.end('SIGTERM')).to.equal(0);
    expect(performance.now() - started).to.be.below(2_000);
    expect(host.output()).to.not.contain('hunter2');
  });
});
