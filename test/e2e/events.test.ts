import { expect } from 'chai';
import { inShort, type Listener, listenTo } from '../indexer/http/listener.ts';
import { PROVIDER, REGISTRATION, REPORT } from '../indexer/http/samples.ts';
import { dataFolder, type HostProcess, removeFolder, startHost } from './host.ts';

const STOP_DEADLINE_MS = 2_000;

describe('GET /events of npm start', () => {
  let dataDir: string;
  let host: HostProcess;
  const listeners: Listener[] = [];

  before(async () => {
    dataDir = await dataFolder();
    host = await startHost({ dataDir });
  });
  after(async () => {
    for (const each of listeners) each.close();
    await host.end('SIGKILL');
    await removeFolder(dataDir);
  });

  const listen = async (headers: Record<string, string> = {}) => {
    const listener = await listenTo(`${host.url}/events`, headers);
    listeners.push(listener);
    return listener;
  };
  const post = async (path: string, json: object) => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(json),
    };
    const answer = await fetch(host.url + path, init);
    expect(answer.status, await answer.text()).to.equal(200);
  };

  it('ends with the host, in time, and goes on after it is started again', async () => {
    const first = await listen();
    const others = await Promise.all(Array.from({ length: 50 }, () => listen()));
    await post('/register', REGISTRATION);
    for (const each of [first, ...others]) {
      expect(await each.hear(2)).to.deep.equal([
        'content.published Sample Video',
        'stream.registered http://localhost:9000/stream',
      ]);
    }
    const start = performance.now();
    expect(await host.end('SIGTERM')).to.equal(0);
    expect(performance.now() - start).to.be.below(STOP_DEADLINE_MS);
    for (const { response } of [first, ...others]) expect(response.complete).to.equal(true);

    host = await startHost({ dataDir });
    await post('/api/record-view', REPORT);
    await post('/deregister', { cid: REGISTRATION.cid, content_distributor_wallet: PROVIDER });
    const again = await listen({ 'last-event-id': first.lastId() });
    const [reported, ended] = await again.hear(2);
    expect(reported).to.match(/^view.recorded 0x/);
    expect(ended).to.equal('stream.ended http://localhost:9000/stream');
    const all = await listen({ 'last-event-id': first.heard[0]?.id ?? '' });
    expect((await all.hear(3)).slice(1)).to.deep.equal(again.heard.map(inShort));
  });
});
