import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { useApi } from './indexer/http/api.ts';
import { until } from './until.ts';

const read = (name: string) => readFileSync(name, 'utf8');
const ALERTS = read('ops/alerts.yml');
const NAMES = [...ALERTS.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
const WORDS = ['sum', 'by', 'rate', 'changes', 'offset', 'or', 'e9'];

describe('what operators run a host with', () => {
  const api = useApi();

  it('alerts by metrics that a host has, or Prometheus itself', async () => {
    const text = await (await fetch(`${api.url}/metrics`)).text();
    const there = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
    const parts = [...there].map((name) => `${name}_count`);
    for (const [, rule = ''] of ALERTS.matchAll(/expr: (.*)/g)) {
      const outside = rule.replace(/\{.*?\}|\[.*?\]|\(instance\)/g, '');
      const named = [...outside.matchAll(/[a-z]\w+/g)].map(([name]) => name);
      const metrics = named.filter((name) => !WORDS.includes(name) && name !== 'up');
      expect(metrics.filter((name) => !there.has(name) && !parts.includes(name))).to.deep.equal([]);
    }
  });

  it('shows what the operator holds, in coins', async () => {
    const holds = new RegExp(
      `^operator_balance\\{wallet="${api.chain.operator?.address}"\\} 9999\\.\\d+$`,
      'm',
    );
    const text = async () => await (await fetch(`${api.url}/metrics`)).text();
    await until('the chain has answered', async () => holds.test(await text()));
  });

  it('says for each alert, and for no other, what to do', () => {
    const book = /^## When an alert fires\n(.*?)^## /ms.exec(read('docs/operations.md'))?.[1] ?? '';
    expect([...book.matchAll(/^### (\w+)$/gm)].map(([, name]) => name)).to.deep.equal(NAMES);
    expect(NAMES).to.have.length.above(5);
  });

  it('tries each alert', () => {
    const tried = read('ops/alerts.test.yml');
    expect(
      NAMES.filter((name) => !new RegExp(`alertname: ${name}\\n\\s+exp_alerts`).test(tried)),
    ).to.deep.equal([]);
  });

  it('sets what a host knows', () => {
    const known = new Set([...read('.env.sample').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name));
    const set = ['Dockerfile', 'compose.yml', 'ops/stream-host.service'].flatMap((file) =>
      [...read(file).matchAll(/(?:^\s+|ENV |Environment=|\s)([A-Z]+(?:_[A-Z]+)*)(?:=|: \S)/gm)].map(
        ([, name]) => name,
      ),
    );
    const others = ['NODE_ENV', 'PATH', 'CMD', 'HEALTHCHECK'];
    expect(
      [...new Set(set)].filter((name) => !known.has(name) && !others.includes(name ?? '')),
    ).to.deep.equal([]);
    expect(set).to.include.members(['DATA_DIR', 'REDIS_URL', 'STOP_GRACE_SECONDS']);
  });

  it('starts the host as npm start does', () => {
    const start = JSON.parse(read('package.json')).scripts.start.replace(/^.* (?=node --)/, '');
    expect(read('ops/stream-host.service')).to.contain(start);
    const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(read('Dockerfile')) ?? [];
    expect(JSON.parse(command).join(' ')).to.equal(start);
  });

  it('copies into the image what is there', () => {
    const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(copied.filter((name) => !existsSync(name))).to.deep.equal([]);
    expect(copied).to.have.length.above(3);
  });
});
