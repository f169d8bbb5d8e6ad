import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../until.ts';
import { dataFolder, type HostProcess, removeFolder, startHost } from './host.ts';

/** Longer than a host takes to stop where nothing else is said. */
const AT_ITS_OWN_PACE_MS = 2_500;

describe('a host that is stopped', () => {
  let dataDir: string;
  let host: HostProcess | undefined;

  beforeEach(async () => {
    dataDir = await dataFolder();
  });
  afterEach(async () => {
    await host?.end('SIGKILL');
    await removeFolder(dataDir);
  });

  it('takes no more connections, and lets what is under way end for as long as it is told', async () => {
    host = await startHost({ dataDir, env: { STOP_GRACE_SECONDS: '60' } });
    const { url } = host;
    const body = JSON.stringify({ cid: 'no CID' });
    const told = { 'Content-Type': 'application/json', 'Content-Length': body.length };
    const headers = { ...told, Expect: '100-continue' };
    const slow = request(`${url}/contents`, { method: 'POST', headers });
    slow.flushHeaders();
    await once(slow, 'continue');
    slow.write(body.slice(0, 5));
    const gone = host.end('SIGTERM');
    await until('it takes no more', () =>
      fetch(`${url}/healthz`).then(
        () => false,
        () => true,
      ),
    );
    await setTimeout(AT_ITS_OWN_PACE_MS);
    slow.end(body.slice(5));
    const [answer] = await once(slow, 'response');
    expect(answer.statusCode).to.equal(400);
    answer.resume();
    expect(await gone).to.equal(0);
  });
});
