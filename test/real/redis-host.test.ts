import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../e2e/host.ts';
import { PROVIDER, REGISTRATION, UPLOAD } from '../indexer/http/samples.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

interface Ready {
  ready: boolean;
  parts: Record<string, { state: string; name?: string; reason?: string }>;
}

describe('a host with REDIS_URL', () => {
  let server: RedisServer;
  const ends: (() => Promise<unknown>)[] = [];
  const folders: string[] = [];
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(ends.splice(0).map((end) => end()));
    await server.close();
    await Promise.all(folders.splice(0).map(removeFolder));
  });

  async function start(env: Record<string, string> = {}): Promise<HostProcess> {
    const dataDir = await dataFolder();
    folders.push(dataDir);
    const host = await startHost({ dataDir, env: { REDIS_URL: server.url, ...env } });
    ends.push(() => host.end('SIGKILL'));
    return host;
  }

  /** A host that follows the chain of another one. */
  async function follow(host: HostProcess, env: Record<string, string> = {}): Promise<{ url: string }> {
    const dataDir = await dataFolder();
    folders.push(dataDir);
    const contract = /contract +(0x\w{40})/.exec(host.output())?.[1] ?? '';
    const chain = { ETH_RPC_URL: host.rpcUrl, CONTRACT_ADDRESS: contract };
    const follower = await startHost({ dataDir, env: { REDIS_URL: server.url, ...chain, ...env } });
    ends.push(() => follower.end('SIGKILL'));
    return follower;
  }

  /** A call that must succeed, and soon: whatever Redis does. */
  async function ask<T>({ url }: { url: string }, path: string, body?: FormData | object): Promise<T> {
    const json = body instanceof FormData ? undefined : { 'content-type': 'application/json' };
    const init = body && {
      method: 'POST',
      body: body instanceof FormData ? body : JSON.stringify(body),
      ...(json && { headers: json }),
    };
    const started = performance.now();
    const answer = await fetch(url + path, init);
    const text = await answer.text();
    expect(answer.status, `${path}: ${text}`).to.equal(200);
    expect(performance.now() - started, `${path} is slow`).to.be.below(3_000);
    return JSON.parse(text) as T;
  }

  async function upload(host: HostProcess): Promise<string> {
    const form = new FormData();
    form.set('file', new Blob(['a video']), 'video.mp4');
    form.set('json_data', JSON.stringify(UPLOAD));
    return (await ask<{ meta: { cid: string } }>(host, '/upload-content', form)).meta.cid;
  }

  const urls = async (host: { url: string }, path: string) => {
    const { streams } = await ask<{ streams: { stream_url: string }[] }>(host, path);
    return streams.map(({ stream_url }) => stream_url);
  };
  const readyz = (host: HostProcess) => ask<Ready>(host, '/readyz');
  const state = async (host: HostProcess) => {
    const { live, tallies } = (await readyz(host)).parts;
    return [live?.state, tallies?.state];
  };
  async function becomes(host: HostProcess, wanted: 'up' | 'degraded'): Promise<void> {
    const deadline = performance.now() + 10_000;
    while ((await state(host)).some((each) => each !== wanted)) {
      if (performance.now() > deadline) throw new Error(`${await state(host)} is not ${wanted} in time`);
      await delay(20);
    }
  }

  /** Registers, looks and deregisters until told to end; every answer must be right. @returns how often. */
  async function traffic(host: HostProcess, cid: string, ended: () => boolean): Promise<number> {
    let rounds = 0;
    while (!ended()) {
      const stream_url = `http://localhost:9000/${rounds}`;
      await ask(host, '/register', { ...REGISTRATION, cid, stream_url });
      for (const path of [`/streams/${cid}`, `/wallets/${PROVIDER}/streams`, '/streams']) {
        expect(await urls(host, path), path).to.deep.equal([stream_url]);
      }
      await ask(host, '/deregister', { cid, content_distributor_wallet: PROVIDER });
      expect(await urls(host, `/streams/${cid}`)).to.deep.equal([]);
      rounds += 1;
    }
    return rounds;
  }

  it('says so, and keeps its streams there', async () => {
    const host = await start();
    expect(host.output()).to.match(/live +streams and limits in Redis at 127\.0\.0\.1:\d+ \(REDIS_URL\)/);
    const { parts } = await readyz(host);
    expect(parts.live).to.deep.equal({ state: 'up', name: 'redis' });
    expect(parts.tallies).to.deep.equal({ state: 'up', name: 'redis' });
    const cid = await upload(host);
    await ask(host, '/register', { ...REGISTRATION, cid });
    const keys = await server.ask((client) => client.keys('stream-host:2:{31337-*}:live'));
    expect(keys).to.have.length(1);
    const texts = await server.ask((client) => client.zrangebylex(keys[0] ?? '', `[c|${cid}|`, `(c|${cid}}`));
    expect(texts).to.have.length(1);
  });

  it('answers every call, rightly and ready, while Redis is stopped, killed, started and emptied', async () => {
    const host = await start();
    const cid = await upload(host);
    let over = false;
    const calls = traffic(host, cid, () => over);
    const outages = (async () => {
      server.freeze();
      await becomes(host, 'degraded');
      await delay(2_500);
      server.thaw();
      await becomes(host, 'up');
      await server.kill();
      await becomes(host, 'degraded');
      await delay(1_000);
      await server.start();
      await becomes(host, 'up');
      for (let i = 0; i < 20; i += 1) {
        await server.ask((client) => client.flushall());
        await delay(50);
      }
      await becomes(host, 'up');
    })().finally(() => {
      over = true;
    });
    const [rounds] = await Promise.all([calls, outages]);
    expect(rounds).to.be.above(20);
    const lines = host.output().split('\n');
    // Twice; a machine that is very busy may take a late answer for one more.
    for (const said of ['going on without Redis', 'Redis answers again']) {
      expect(lines.filter((line) => line.includes(said)).length, said).to.be.within(2, 5);
    }
    expect(lines.filter((line) => /"level":50/.test(line))).to.deep.equal([]);
  });

  it('starts without Redis, and fills it when it comes', async () => {
    await server.kill();
    const host = await start();
    const { ready, parts } = await readyz(host);
    expect(ready).to.equal(true);
    expect(parts.live).to.include({ state: 'degraded', name: 'redis' });
    expect(parts.live?.reason).to.match(/ECONNREFUSED/);
    const cid = await upload(host);
    await ask(host, '/register', { ...REGISTRATION, cid });
    await server.start();
    await becomes(host, 'up');
    expect(await urls(host, `/streams/${cid}`)).to.deep.equal([REGISTRATION.stream_url]);
    expect(await server.ask((client) => client.keys('*'))).to.have.length(1);
  });

  it('stops in time while Redis is stopped', async () => {
    const host = await start();
    server.freeze();
    await becomes(host, 'degraded');
    const started = performance.now();
    expect(await host.end('SIGTERM')).to.equal(0);
    expect(performance.now() - started).to.be.below(2_000);
  });

  it('shares with hosts of its chain, and with no other chain of the same number', async () => {
    const host = await start();
    const cid = await upload(host);
    await ask(host, '/register', { ...REGISTRATION, cid });
    const another = await start();
    expect(await urls(another, '/streams')).to.deep.equal([]);

    const follower = await follow(host);
    expect(await urls(follower, `/streams/${cid}`)).to.deep.equal([REGISTRATION.stream_url]);
    expect(await urls(host, `/streams/${cid}`)).to.deep.equal([REGISTRATION.stream_url]);
    const keys = await server.ask((client) => client.keys('*:live'));
    expect(keys.length).to.equal(2);
  });

  it('counts calls together with the other hosts', async () => {
    const env = { RATE_LIMIT_READS_PER_MIN: '5' };
    const host = await start(env);
    const follower = await follow(host, env);
    for (let i = 0; i < 5; i += 1) await ask(i % 2 ? host : follower, '/contents');
    for (const { url } of [host, follower]) {
      const answer = await fetch(`${url}/contents`);
      expect([answer.status, ((await answer.json()) as { code: string }).code]).to.deep.equal([
        429,
        'rate_limited',
      ]);
    }
  });
});
