import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseEther, randomBytes, Wallet, ZeroAddress } from 'ethers';
import { node, said, startChild } from '../child.ts';
import { PROTECTED, startGateway, entries as textEntries } from '../indexer/http/gateway/server.ts';
import { carOf } from '../indexer/media/car-of.ts';
import { entries } from '../indexer/media/directories.suite.ts';
import { type HostProcess, UNSET } from './host.ts';
import { type ProvideWorld, startProvideWorld } from './provide-world.ts';

const PRICE = parseEther('0.001');
const SIZE = 1_500_000;
/** One that no computer can keep. */
const PETABYTE = 999_999_999_999_999;

describe('npm run provide, on a public chain', () => {
  let world: ProvideWorld;
  let file: string;
  before(async () => {
    world = await startProvideWorld();
    file = join(world.b.dataDir, 'video.mp4');
  });
  after(() => world?.stop());

  const newContent = () => new Uint8Array(randomBytes(SIZE));

  describe('through a host that runs', () => {
    let b: HostProcess;
    before(async () => {
      b = await world.startB();
    });
    after(() => b?.end('SIGKILL'));

    /** A viewer's wallet, in plain ethers: what B asks for, what is signed, and the bytes that a token opens. */
    async function watch(cid: string, contentId: string): Promise<Uint8Array> {
      const viewer = world.chain.plain(7);
      const play = `${b.url}/play/${cid}`;
      const asked = await fetch(play);
      expect(asked.status).to.equal(402);
      const header = Buffer.from(asked.headers.get('payment-required') ?? '', 'base64').toString();
      const [{ extra }] = JSON.parse(header).accepts;
      expect(extra).to.include({ contentId, provider: world.b.operator.address });
      const { to, data, value } = extra.call;
      await (await viewer.signer.sendTransaction({ to, data, value: BigInt(value) })).wait();

      const { url, audience, types, domain } = extra.access;
      const nonce = `0x${Buffer.from(randomBytes(32)).toString('hex')}`;
      const expiresAtSec = Math.floor(Date.now() / 1000) + 60;
      const access = { account: viewer.address, provider: extra.provider, audience, contentId, nonce };
      const signature = await viewer.signer.signTypedData(domain, types, { ...access, expiresAtSec });
      const opened = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...{ account: viewer.address, provider: extra.provider, audience, content_id: contentId, nonce },
          ...{ expires_at_sec: expiresAtSec, signature },
        }),
      });
      expect(opened.status).to.equal(200);
      const { play_url } = (await opened.json()) as { play_url: string };
      return new Uint8Array(await (await fetch(play_url)).arrayBuffer());
    }

    it('by a file: kept, compared, registered once; a stranger pays B and reads it by token', async () => {
      const content = newContent();
      const { cid, contentId } = await world.publish(content, { serve: true });
      await writeFile(file, content);
      const { how, stdout, stderr } = await world.provide([cid, '--file', file]);
      expect(how, stderr).to.equal(0);
      expect(stdout).to.contain(`${cid} is served at ${b.url}/play/${cid},\n`);
      expect(stdout).to.contain(`for the provider ${world.b.operator.address}, as listed by `);
      expect(stdout).to.contain('127.0.0.1 reaches only this machine: set PUBLIC_URL to an address');
      expect(await world.streamsOfB(cid)).to.deep.equal([`${b.url}/play/${cid}`]);

      const again = await world.provideHere([cid, '--file', file]);
      expect(again.how, again.stderr).to.equal(0);
      expect(await world.writesOfB(contentId)).to.equal(1);

      expect(Buffer.compare(await watch(cid, contentId), content)).to.equal(0);

      const stopped = await world.provide(['--stop', cid]);
      expect(stopped.stdout, stopped.stderr).to.equal(`${cid} is served no more, and its file is gone.\n`);
      expect(await world.streamsOfB(cid)).to.deep.equal([]);
      await world.expectNothingLeft();
      expect((await world.provideHere(['--stop', cid])).stderr).to.match(/does not serve/);
    });

    it('from another host: says what a view costs and the one call to pay, and goes on once that is paid', async () => {
      const content = newContent();
      const { cid, contentId } = await world.publish(content, { serve: true });
      const from = [cid, '--from', world.a.url];
      const unpaid = await world.provide(from);
      expect(unpaid.how).to.equal(1);
      const [first = '', second = '', , data = ''] = unpaid.stderr.split('\n');
      expect(first).to.contain(`${world.b.operator.address} has not paid for ${cid}`);
      expect(first).to.contain('a view costs 0.001 ETH');
      expect(second).to.contain(`the contract ${world.chain.contract}, with a value of ${PRICE} wei`);
      await world.expectNothingLeft();

      const { signer } = world.b.operator;
      await (await signer.sendTransaction({ to: world.chain.contract, data, value: PRICE })).wait();
      for (const url of [world.a.url, `${world.a.url}/play/${cid}`]) {
        const { how, stderr } = await world.provideHere([cid, '--from', url]);
        expect(how, stderr).to.equal(0);
      }
      expect(await world.streamsOfB(cid)).to.deep.equal([`${b.url}/play/${cid}`]);
      expect(await world.writesOfB(contentId)).to.equal(1);
      expect(Buffer.compare(await watch(cid, contentId), content)).to.equal(0);
      await world.provideHere(['--stop', cid]);
      await world.expectNothingLeft();
    });

    it('from another host what is free, without any payment', async () => {
      const { cid } = await world.publish(newContent(), { serve: true, price: '0' });
      const { how, stderr } = await world.provideHere([cid, '--from', world.a.url]);
      expect(how, stderr).to.equal(0);
      expect((await fetch(`${b.url}/play/${cid}`)).status).to.equal(200);
      await world.provideHere(['--stop', cid]);
    });

    it('a protected video by the minute: kept, and not sold until its secret is here', async () => {
      const { cid, header, sections } = await carOf(textEntries({ 'content.json': PROTECTED }));
      const terms = { token: ZeroAddress, pricePerUnit: 1n, providerShareBps: 3_000, unit: 1 };
      const creator = world.contract.connect(world.chain.plain(1).signer);
      await (await creator.publish({ cid, ...terms, name: 'Listed', metadata: '' })).wait();
      const archive = join(world.b.dataDir, 'video.car');
      await writeFile(archive, Buffer.concat([header, ...sections]));
      const { how, stdout, stderr } = await world.provideHere([cid, '--car', archive]);
      await rm(archive);
      expect(how, stderr).to.equal(0);
      expect(stdout).to.match(/ is kept, and not sold until its secret is here: 0x\w{40} brings it by PUT /);
      expect(await world.streamsOfB(cid)).to.deep.equal([]);
      await world.provideHere(['--stop', cid]);
      await world.expectNothingLeft();
    });

    it('a protected video with the permission of its creator: asked for, granted, each key compared, registered once', async () => {
      const { cid, contentId } = await world.publishProtected();
      const from = [cid, '--from', world.a.url];
      const provider = world.b.operator.address;
      const early = await world.provideHere([...from, '--no-wait']);
      expect(early.how, early.stderr).to.equal(0);
      expect(early.stdout).to.contain(`  npm run grant -- ${cid} ${provider} --to ${world.a.url}\n`);
      expect(await world.streamsOfB(cid)).to.deep.equal([]);

      const grant = join(world.b.dataDir, 'grant.json');
      await writeFile(grant, '{}');
      const wrong = await world.provideHere([...from, '--grant', grant]);
      expect(wrong.stderr).to.equal(`--grant: ${grant} holds no grant, as npm run grant writes it.\n`);
      const forOther = await world.grant([
        cid,
        world.chain.plain(8).address,
        '--to',
        world.a.url,
        '--out',
        grant,
      ]);
      expect(forOther.how, forOther.stderr).to.equal(0);
      const misled = await world.provideHere([...from, '--grant', grant]);
      expect(misled.stderr).to.match(/ is for another content, or another provider than 0x/);
      const copycat = await world.grant([cid, provider], 2);
      expect(copycat.stderr).to.match(/has not published/);

      const granted = await world.grant([cid, provider, '--to', world.a.url]);
      expect(granted.how, granted.stderr).to.equal(0);
      for (const _ of ['once', 'twice']) {
        const { how, stdout, stderr } = await world.provideHere(from);
        expect(how, stderr).to.equal(0);
        expect(stdout).to.contain(`${cid} is served at ${b.url}/play/${cid},\n`);
      }
      expect(await world.writesOfB(contentId)).to.equal(1);
      expect((await fetch(`${b.url}/play/${cid}/keys/0`)).status).to.equal(402);
      const [own, copied] = await Promise.all(
        [world.a.url, b.url].map((url) => fetch(`${url}/ipfs/${cid}/captions/de.vtt`)),
      );
      expect(copied?.headers.get('content-type')).to.equal('text/vtt; charset=utf-8');
      const text = await copied?.text();
      expect(text).to.equal(await own?.text());
      expect(text).to.contain('Hallo');
      await world.provideHere(['--stop', cid]);
      await rm(grant);
      await world.expectNothingLeft();
    });

    it('a directory: from a gateway that gives its archive, and by one', async () => {
      const { cid, storage, header, sections } = await carOf(entries({ 'v0/0.m4s': SIZE, b: 5, c: null }));
      const terms = { token: ZeroAddress, pricePerUnit: 0n, providerShareBps: 3_000, unit: 0 };
      const creator = world.contract.connect(world.chain.plain(1).signer);
      await (await creator.publish({ cid, ...terms, name: 'Listed', metadata: '' })).wait();
      const gateway = await startGateway({}, storage);
      const busy = createServer((req, res) => {
        const path = new URL(req.url ?? '', 'http://host').pathname;
        if (!path.endsWith('/')) res.writeHead(301, { location: (req.url ?? '').replace(path, `${path}/`) });
        else if (req.url?.includes('format=car')) res.writeHead(429);
        res.end();
      }).listen(0, '127.0.0.1');
      await once(busy, 'listening');
      const { port } = busy.address() as AddressInfo;
      const refused = await world.provideHere([cid, '--from', `http://127.0.0.1:${port}`]);
      busy.close();
      expect(refused.stderr).to.match(/ lists bafy\w+, and answers 429 to who asks for its archive\.\n$/);

      const archive = join(world.b.dataDir, 'video.car');
      await writeFile(archive, Buffer.concat([header, ...sections]));
      try {
        for (const source of [
          ['--from', gateway.origin],
          ['--car', archive],
        ]) {
          const { how, stdout, stderr } = await world.provideHere([cid, ...source]);
          expect(how, stderr).to.equal(0);
          expect(stdout).to.contain(`${cid} is served at ${b.url}/play/${cid},\n`);
          const segment = await fetch(`${b.url}/ipfs/${cid}/v0/0.m4s`);
          expect((await segment.arrayBuffer()).byteLength).to.equal(SIZE);
          expect((await world.provideHere(['--stop', cid])).stdout).to.match(/its file is gone/);
          await world.expectNothingLeft();
        }
      } finally {
        gateway.stop();
      }
    });

    /** What a source gives in place of the file, and what is said then, in one line. */
    const faults: [
      what: string,
      source: (content: Buffer) => RequestListener,
      args: string[],
      said: RegExp,
    ][] = [
      [
        'a wrong byte',
        (content) => (_req, res) => {
          const other = Buffer.from(content);
          other.writeUInt8(other.readUInt8(SIZE - 1) ^ 1, SIZE - 1);
          res.end(other);
        },
        [],
        /^The bytes are not those of bafy\w+: they make bafy\w+\. .*\n$/,
      ],
      [
        'a source that ends early',
        (content) => (_req, res) => {
          res.setHeader('content-length', SIZE);
          res.write(content.subarray(0, SIZE / 2), () => res.destroy());
        },
        [],
        /^http:\/\/127\.0\.0\.1:\d+ ended before the end of the file\. Nothing is kept: try again\.\n$/,
      ],
      [
        'a source that ends early, and never said how long the file is',
        (content) => (_req, res) => void res.end(content.subarray(0, SIZE / 2)),
        [],
        /^The bytes are not those of bafy\w+/,
      ],
      [
        'a disk too small',
        () => (_req, res) => {
          res.setHeader('content-length', PETABYTE);
          res.write('the first bytes');
        },
        [],
        /^The disk of this host is too small: 999999999999999 bytes are to be kept, and \d+ are free\.\n$/,
      ],
      [
        'a file over --max-size',
        (content) => (_req, res) => void res.end(content),
        ['--max-size', String(SIZE - 1)],
        /^.*1499999 bytes.*\n$/,
      ],
      [
        'a source that does not have it',
        () => (_req, res) => void res.writeHead(404).end(),
        [],
        /^http:\/\/127\.0\.0\.1:\d+ does not give bafy\w+: .*\/play\/bafy\w+ answers 404\.\n$/,
      ],
      [
        'a source that claims to be paid elsewhere',
        () => (_req, res) => void res.writeHead(402, { 'payment-required': 'e30=' }).end(),
        [],
        /answers 402\.\n$/,
      ],
    ];
    for (const [what, source, args, said] of faults) {
      it(`${what}: one line, nothing left, nothing registered`, async () => {
        const content = Buffer.from(newContent());
        const { cid, contentId } = await world.publish(new Uint8Array(content));
        const server = createServer(source(content)).listen(0, '127.0.0.1');
        await once(server, 'listening');
        try {
          const { port } = server.address() as AddressInfo;
          const ended = await world.provideHere([cid, '--from', `http://127.0.0.1:${port}`, ...args]);
          expect(ended.how).to.equal(1);
          expect(ended.stderr).to.match(said);
        } finally {
          server.closeAllConnections();
          server.close();
        }
        await world.expectNothingLeft();
        expect(await world.writesOfB(contentId)).to.equal(0);
      });
    }

    it('signs for no host but the one that the chain names: offers of another are passed over', async () => {
      const { cid } = await world.publish(newContent(), { serve: true });
      const header = (await fetch(`${world.a.url}/play/${cid}`)).headers.get('payment-required') ?? '';
      const asked: string[] = [];
      // It shows the offer of A, and wants what is signed for A.
      const server = createServer((req, res) => {
        asked.push(`${req.method} ${req.url}`);
        const { port } = server.address() as AddressInfo;
        const stolen = Buffer.from(header, 'base64')
          .toString()
          .replaceAll(`${world.a.url}/play`, `http://127.0.0.1:${port}/play`);
        res.writeHead(402, { 'payment-required': Buffer.from(stolen).toString('base64') }).end('{}');
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const ended = await world.provideHere([cid, '--from', `http://127.0.0.1:${port}`]);
      server.close();
      expect(ended.stderr).to.match(/by no offer that this chain knows as that host's own\.\n$/);
      expect(asked.filter((each) => each.startsWith('POST'))).to.deep.equal([]);
    });

    it('shows its token to the host that gave it, and not to one that passes its offers on', async () => {
      const content = newContent();
      const { cid } = await world.publish(content, { serve: true });
      const header = (await fetch(`${world.a.url}/play/${cid}`)).headers.get('payment-required') ?? '';
      const [{ extra }] = JSON.parse(Buffer.from(header, 'base64').toString()).accepts;
      const { to, data, value } = extra.call;
      await (await world.b.operator.signer.sendTransaction({ to, data, value: BigInt(value) })).wait();
      const shown: unknown[] = [];
      const between = createServer((req, res) => {
        shown.push(req.headers.authorization);
        res.writeHead(402, { 'payment-required': header }).end();
      }).listen(0, '127.0.0.1');
      await once(between, 'listening');
      const { port } = between.address() as AddressInfo;
      const { how, stderr } = await world.provideHere([cid, '--from', `http://127.0.0.1:${port}`]);
      between.close();
      expect(shown).to.deep.equal([undefined]);
      expect(how, stderr).to.equal(0);
      await world.provideHere(['--stop', cid]);
    });

    it('names no payment for another file that a host sells', async () => {
      const [{ cid }, other] = [
        await world.publish(newContent()),
        await world.publish(newContent(), { serve: true }),
      ];
      const sold = await fetch(`${world.a.url}/play/${other.cid}`);
      const header = sold.headers.get('payment-required') ?? '';
      const server = createServer((_req, res) => {
        res.writeHead(402, { 'payment-required': header }).end();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const { stderr } = await world.provideHere([cid, '--from', `http://127.0.0.1:${port}`]);
      server.close();
      expect(stderr).to.match(/by no offer that this chain knows as that host's own\.\n$/);
    });

    it('leaves the host where it is: another --url is refused, and --take-over', async () => {
      const { cid } = await world.publish(newContent());
      const { stderr } = await world.provideHere([cid, '--url', 'https://elsewhere.example']);
      expect(stderr).to.match(
        /is at http:\/\/127\.0\.0\.1:\d+ \(PUBLIC_URL\), not https:\/\/elsewhere\.example\//,
      );
      const again = await world.provideHere([cid, '--take-over']);
      expect(again.stderr).to.contain('--take-over is for the start of a host, and one runs on');
    });

    it('tells its secret to its owner only, and takes it back at its end', async () => {
      const path = join(world.b.dataDir, 'host.json');
      expect(statSync(path).mode & 0o777).to.equal(0o600);
      await b.end('SIGTERM');
      expect(existsSync(path)).to.equal(false);
      b = await world.startB();
    });
  });

  describe('where no host runs', () => {
    /** Until it says that the file is served. */
    async function provideAndStay(args: string[], more: Record<string, string> = {}) {
      const child = startChild(node('scripts/provide.ts', ...args), {
        ...UNSET,
        ...world.b.settings,
        ...more,
      });
      const { process, output, gone } = child;
      await said(child, (text) => text.includes('This host serves it until Ctrl-C.'));
      return {
        text: output(),
        stop() {
          process.kill('SIGINT');
          return gone;
        },
      };
    }

    it('starts one, at --url, which stays until Ctrl-C; --stop starts one and ends it', async () => {
      const content = newContent();
      const { cid, contentId } = await world.publish(content, { serve: true });
      await writeFile(file, content);
      const url = 'https://provider.example';
      const staying = await provideAndStay([cid, '--file', file, '--url', url]);
      expect(staying.text).to.contain(`${cid} is served at ${url}/play/${cid},`);
      expect(staying.text).not.to.contain('set PUBLIC_URL');
      expect(await world.streamsOfB(cid)).to.deep.equal([`${url}/play/${cid}`]);
      expect(await staying.stop()).to.equal(0);

      const { how, stdout, stderr } = await world.provide(['--stop', cid], { PUBLIC_URL: url });
      expect(how, stderr).to.equal(0);
      expect(stdout).to.contain(`${cid} is served no more, and its file is gone.`);
      expect(await world.streamsOfB(cid)).to.deep.equal([]);
      expect(await world.writesOfB(contentId)).to.equal(2);
      await world.expectNothingLeft();
    });

    it('knows the file that a killed host has left, and starts another', async () => {
      const content = newContent();
      const { cid } = await world.publish(content);
      const killed = await world.startB();
      await killed.end('SIGKILL');
      expect(existsSync(join(world.b.dataDir, 'host.json'))).to.equal(true);
      await writeFile(file, content);
      const staying = await provideAndStay([cid, '--file', file]);
      expect(await world.streamsOfB(cid)).to.have.length(1);
      await staying.stop();
    });

    it('ends the host that it has started where it fails', async () => {
      const { cid } = await world.publish(newContent());
      await writeFile(file, 'another file');
      // Hosts before it had other ports.
      const alone = await world.provide([cid, '--file', file]);
      expect(alone.stderr).to.contain('start it with --take-over to move them here.');
      const { how, stderr } = await world.provide([
        cid,
        '--file',
        file,
        '--url',
        'https://b.example',
        '--take-over',
      ]);
      expect(how).to.equal(1);
      expect(stderr).to.contain(`The bytes are not those of ${cid}`);
      expect(existsSync(join(world.b.dataDir, 'host.json'))).to.equal(false);
    });
  });

  it('keeps what it has fetched where its key can not pay the gas, and says how to go on', async () => {
    const content = newContent();
    const { cid } = await world.publish(content);
    await writeFile(file, content);
    const poor = { PRIVATEKEY: Wallet.createRandom().privateKey };
    const b = await world.startB(poor);
    try {
      const { how, stderr } = await world.provideHere([cid, '--file', file], poor);
      expect(how).to.equal(1);
      expect(stderr).to.contain(
        '(that of PRIVATEKEY) have coin for the gas? What was fetched is kept: run this again.',
      );
      const stopped = await world.provideHere(['--stop', cid], poor);
      expect(stopped.stdout, stopped.stderr).to.contain('and its file is gone.');
      await world.expectNothingLeft();
    } finally {
      await b.end('SIGKILL');
    }
  });

  describe('--setup', () => {
    it('prints the one call of a cold wallet, which makes it the delegate, and then that it is done', async () => {
      const cold = world.chain.plain(6);
      const more = { PROVIDER_WALLET: cold.address };
      expect((await world.provideHere(['--setup'])).stdout).to.match(/^There is nothing to set up/);
      const { how, stdout } = await world.provide(['--setup'], more);
      expect(how).to.equal(0);
      expect(stdout).to.contain(`  setClaimDelegate(${world.b.operator.address})\n`);
      expect(stdout).to.contain(
        `Send from the wallet ${cold.address} to the contract ${world.chain.contract},`,
      );
      const data = stdout.split('\n').find((line) => line.startsWith('0x')) ?? '';
      await (await cold.signer.sendTransaction({ to: world.chain.contract, data })).wait();
      expect((await world.provideHere(['--setup'], more)).stdout).to.match(/^It is done: /);
      expect((await world.provideHere(['--setup'], { PRIVATEKEY: '' })).stderr).to.match(
        /^PRIVATEKEY is not set/,
      );
    });
  });
}).timeout(180_000);
