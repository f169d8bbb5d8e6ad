import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { JsonRpcProvider, parseEther } from 'ethers';
import { CREATOR, PROVIDER, REPORT, VIEWER } from '../indexer/http/samples.ts';
import { codeBlocks, runBlock } from './code-blocks.ts';
import { dataFolder, eventually, getJson, type HostProcess, removeFolder, startHost } from './host.ts';
import { indexedAll, mirror } from './mirror.ts';
import { ask } from './wallet-client.ts';

const VIDEO = readFileSync('data/video.mp4');

interface Row {
  source: string;
  settled: boolean;
  reported_units: number;
  [column: string]: unknown;
}

const TOUR = 'docs/api-tour.md';

export function tourBlocks() {
  return codeBlocks(TOUR, 'The circle, call by call');
}

/** What every other host needs beside the embedded parts: settings, known when the tests begin. */
export type HostEnv = () => Record<string, string>;

/** Makes the tour's calls, in their order, against a host with these settings: the answers are always the same. */
export function describeTourCalls(where: string, env: HostEnv): void {
  describe(`the API tour's calls, ${where}`, () => {
    const blocks = tourBlocks();
    let dataDir: string;
    let host: HostProcess;
    let chain: JsonRpcProvider;
    let cid = '';

    before(async () => {
      dataDir = await dataFolder();
      host = await startHost({ dataDir, env: env() });
      chain = new JsonRpcProvider(host.rpcUrl, undefined, { cacheTimeout: -1 });
    });
    after(async () => {
      chain.destroy();
      await host.end('SIGTERM');
      await removeFolder(dataDir);
    });

    const block = (part: string) => {
      const found = blocks.find(({ code }) => code.includes(part));
      if (!found) throw new Error(`the tour has no call with ${part}`);
      return runBlock(found, host, env());
    };
    const records = async (path: string): Promise<Row[]> => {
      const { records } = await getJson<{ records: Row[] }>(`${host.url}/api/get-records/${path}`);
      return records;
    };

    async function gasPaidBy(wallet: string, afterBlock: number): Promise<bigint> {
      let paid = 0n;
      for (let number = afterBlock + 1; number <= (await chain.getBlockNumber()); number += 1) {
        const block = await chain.getBlock(number, true);
        for (const { hash } of block?.prefetchedTransactions.filter(({ from }) => from === wallet) ?? []) {
          paid += (await chain.getTransactionReceipt(hash))?.fee ?? 0n;
        }
      }
      return paid;
    }

    it('upload gives the CID that the tour names, and the documented answer', async () => {
      const answer = JSON.parse(await block('/upload-content'));
      cid = answer.meta.cid;
      expect(answer.message).to.be.a('string');
      expect(answer.meta).to.include({
        video_name: 'Sample Video',
        content_creator_wallet: CREATOR,
        creator_share: 70,
        provider_share: 30,
        price: '0.001',
      });
      expect(readFileSync(TOUR, 'utf8')).to.contain(cid);
    });

    it('the same upload again is the same CID and no error', async () => {
      expect(JSON.parse(await block('/upload-content')).meta.cid).to.equal(cid);
    });

    it('the gateway gives back the same bytes, and a middle range', async () => {
      const whole = Buffer.from(await (await fetch(`${host.url}/ipfs/${cid}`)).arrayBuffer());
      const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
      expect(sha256(whole)).to.equal(sha256(VIDEO));
      const part = await fetch(`${host.url}/ipfs/${cid}`, { headers: { range: 'bytes=1000-1999' } });
      expect(part.status).to.equal(206);
      expect(Buffer.from(await part.arrayBuffer())).to.deep.equal(VIDEO.subarray(1000, 2000));
      expect(await block('/ipfs/')).to.equal('206 1000\n');
    });

    it('a provider registers, and is found by CID and by wallet', async () => {
      const answer = JSON.parse(await block('/register'));
      expect(answer.server).to.include({
        cid,
        stream_url: 'http://localhost:9000/stream',
        content_distributor_wallet: PROVIDER,
      });
      for (const path of [`/streams/${cid}`, `/wallets/${PROVIDER}/streams`]) {
        const { streams } = await getJson<{ streams: Row[] }>(host.url + path);
        expect(
          streams.map((stream) => stream.stream_url),
          path,
        ).to.deep.equal(['http://localhost:9000/stream']);
      }
    });

    it('a wallet pays, and within 2 s the history shows who, what and when', async () => {
      expect(await block('payView')).to.match(/^paid 0x[0-9a-f]{64}\n$/);
      const [row] = await eventually(
        2_000,
        () => records(`cid/${cid}`),
        (rows) => rows.length > 0,
      );
      expect(row).to.include({
        cid,
        blockchain_address: VIEWER,
        provider_wallet: PROVIDER,
        creator_wallet: CREATOR,
        price: '0.001',
        source: 'direct',
        settled: true,
      });
      expect(Math.abs(Date.parse(String(row?.timestamp)) - Date.now())).to.be.below(120_000);
      expect(JSON.parse(await block('get-records/cid')).records).to.have.length(1);
    });

    it('reporting that view links to it', async () => {
      const report = { ...REPORT, cid, timestamp: new Date().toISOString() };
      const answer = await ask(host, 'POST', '/api/record-view', report);
      expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
      const rows = await records(`cid/${cid}`);
      expect(rows.map(({ source }) => source)).to.deep.equal(['direct']);
      expect(rows[0]?.reported_units).to.equal(1);
    });

    it('a report of another view, not paid, shows as reported, once', async () => {
      await block('/api/record-view');
      await block('/api/record-view');
      const rows = await records(`viewer/${VIEWER}`);
      expect(rows.map(({ source, settled }) => [source, settled])).to.deep.equal([
        ['direct', true],
        ['reported', false],
      ]);
    });

    it('distribute and withdraw pay each wallet exactly its credits', async () => {
      const blockBefore = await chain.getBlockNumber();
      const before = await Promise.all([CREATOR, PROVIDER].map((wallet) => chain.getBalance(wallet)));
      await block('distribute-earnings');
      const rows = await eventually(
        2_000,
        () => records(`cid/${cid}`),
        (all) => all.every((row) => row.settled),
      );
      expect(rows.map(({ source }) => source).sort()).to.deep.equal(['direct', 'sponsored']);
      // Two views of 0.001, split 70 : 30.
      const credits = [parseEther('0.0014'), parseEther('0.0006')];
      for (const [i, wallet] of [CREATOR, PROVIDER].entries()) {
        const gained = (await chain.getBalance(wallet)) - (before[i] ?? 0n);
        expect(gained).to.equal((credits[i] ?? 0n) - (await gasPaidBy(wallet, blockBefore)));
      }
    });

    it('a second distribution pays nothing', async () => {
      const before = await chain.getBlockNumber();
      const again = tourBlocks().find(({ code }) => code.includes('distribute-earnings'));
      const [command = ''] = again?.code.split('\n') ?? [];
      const printed = await runBlock({ language: 'sh', code: command }, host, env());
      expect(printed).to.match(/nothing/i);
      expect(await chain.getBlockNumber()).to.equal(before);
    });

    it('the provider deregisters and is gone from the live index', async () => {
      const answer = JSON.parse(await block('/deregister'));
      expect(answer).to.include({ cid, content_distributor_wallet: PROVIDER });
      const { streams } = await getJson<{ streams: Row[] }>(`${host.url}/streams/${cid}`);
      expect(streams).to.deep.equal([]);
    });

    it('a protected video is packaged: its preview is free, the rest is encrypted', async () => {
      const [protect, ...others] = codeBlocks(TOUR, 'A protected video');
      if (!protect || others.length > 0) throw new Error('the tour has another number of such calls');
      const directory = (await runBlock(protect, host, env())).trim();
      expect(directory).to.match(/^bafybei/);
      const playlist = await (await fetch(`${host.url}/ipfs/${directory}/v0/index.m3u8`)).text();
      const firstKey = playlist.indexOf('#EXT-X-KEY');
      expect(firstKey).to.be.within(playlist.indexOf('0.m4s'), playlist.lastIndexOf('.m4s'));
    });

    it('a file that comes in pieces is the same', async () => {
      const [large, ...others] = codeBlocks(TOUR, 'A large file');
      if (!large || others.length > 0) throw new Error('the tour has another number of such calls');
      const { upload } = JSON.parse(await runBlock(large, host, env())) as {
        upload: { result: { meta: Row } };
      };
      expect(upload.result.meta).to.include({ cid, size: VIDEO.length });
    });

    it('the records, dropped, are rebuilt from the chain and the book, every row the same', async () => {
      await indexedAll(host);
      await host.end('SIGTERM');
      const kept = mirror(dataDir);
      expect(kept.content_metadata).to.have.length(2);
      const views = kept.streaming_access_logs as { source: string; settled: number }[];
      expect(views.map(({ source }) => source).sort()).to.deep.equal([
        'direct',
        'reported',
        'reported',
        'sponsored',
      ]);
      expect(views.map(({ settled }) => settled)).to.deep.equal([1, 1, 1, 1]);
      expect(kept.withdrawals).to.have.length(2);

      for (const end of ['', '-wal', '-shm'])
        await rm(join(dataDir, `records.sqlite${end}`), { force: true });
      host = await startHost({ dataDir, env: env() });
      await indexedAll(host);
      expect(mirror(dataDir)).to.deep.equal(kept);
    });
  });
}
