import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import { Contract, JsonRpcProvider, keccak256, parseEther, Wallet } from 'ethers';
import { pathsOf } from '../../indexer/config/paths.ts';
import { openFileStorage } from '../../indexer/media/files/files.ts';
import { openSqliteStores } from '../../indexer/store/sqlite/index.ts';
import { createExpiry } from '../../indexer/uploads/expiry.ts';
import { ALIVE_SEC } from '../../indexer/uploads/naming.ts';
import { mediaOnDisk } from '../indexer/media/on-disk.ts';
import { dataFolder, eventually, getJson, type HostProcess, removeFolder, startHost } from './host.ts';

/** Named points, each at two positions of the round below: what is under way there differs. */
const POINTS = [
  'devnet.journaled:1', // sent and not mined: the publication
  'devnet.journaled:3', // ... the payment
  'devnet.mined:1', // mined and not answered: the publication
  'devnet.mined:2', // ... the registration
  'indexer.fetched:2', // mined and not indexed
  'indexer.fetched:3',
  'indexer.committed:2', // indexed and not in the live index
  'indexer.committed:3',
  'upload.leaf:1', // in the middle of an upload
  'upload.leaf:3',
  'upload.written:1', // all there, not in its place
  'upload.placed:1', // in its place, not kept
  'upload.pinned:1', // kept, not published
  'upload.pinned:1',
  'report.recorded:1', // recorded and not answered
  'report.recorded:2',
];

const KILLS = Number(process.env.KILLS ?? 3);
const SEED = Number(process.env.SEED ?? 20_261_124);

const CREATOR = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const PROVIDER = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';
const VIEWER_KEY = '0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6';
const TERMS = { creator_share: 70, provider_share: 30, price: '0.001' };
const ABI = ['function payView(bytes32,address,uint64,uint256) payable'];

describe(`the host, killed with SIGKILL ${KILLS} times (seed ${SEED})`, () => {
  let dataDir: string;
  before(async () => {
    dataDir = await dataFolder();
  });
  after(() => removeFolder(dataDir));

  const order = shuffled(POINTS, SEED);
  for (let round = 0; round < KILLS; round += 1) {
    const point = order[round % order.length] ?? '';
    it(`at ${point} loses nothing and doubles nothing`, async () => {
      const work = newRound(round);
      const doomed = await startHost({ dataDir, env: { CRASH_AT: point } });
      await work.run(doomed).catch(() => undefined);
      expect(await ending(doomed)).to.equal('SIGKILL');

      const host = await startHost({ dataDir });
      try {
        await work.checkAnswered(host);
        await work.run(host);
        await work.checkWhole(host);
      } finally {
        await host.end('SIGKILL');
      }
    });
  }
});

describe('an upload to the development chain, killed before it is published', () => {
  let dataDir: string;
  before(async () => {
    dataDir = await dataFolder();
  });
  after(() => removeFolder(dataDir));

  it('is gone when nobody has sent it again', async () => {
    const doomed = await startHost({ dataDir, env: { CRASH_AT: 'upload.pinned:1' } });
    await newRound(0)
      .run(doomed)
      .catch(() => undefined);
    expect(await ending(doomed)).to.equal('SIGKILL');

    await using parts = new AsyncDisposableStack();
    const { store, book } = openSqliteStores(pathsOf({ dataDir, deploymentsDir: '' }));
    parts.defer(() => book.close());
    parts.defer(() => store.close());
    const log = { info: () => undefined, warn: () => undefined };
    const media = await openFileStorage({ folder: join(dataDir, 'media'), log: log.warn });
    const storage = parts.adopt(media, (open) => open.close());
    const chain = { status: () => ({ synced: true }), head: async () => 0, waitFor: async () => undefined };
    const nowSec = () => Math.floor(Date.now() / 1_000) + ALIVE_SEC;
    await createExpiry({ store, book, storage, chain, log, nowSec })();
    expect(mediaOnDisk(join(dataDir, 'media'))).to.deep.equal([]);
  });
});

/** Resolves to how the process ended, or says that it is still there, which means the point was never reached. */
async function ending({ gone, output }: HostProcess): Promise<number | string> {
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => late.resolve(`alive, the point was not reached:\n${output()}`), 5_000);
  return Promise.race([gone, late.promise]).finally(() => clearTimeout(timer));
}

/**
 * One video through the circle: uploaded, registered, paid for once, and one unpaid view reported. `run` may be
 * repeated with the same inputs, as a client does that got no answer.
 */
function newRound(round: number) {
  const bytes = noise(700_000, `${SEED}/${round}`);
  const viewer = new Wallet(VIEWER_KEY);
  const timestamp = new Date(Date.UTC(2026, 0, 1, 0, round)).toISOString();
  const answered = { cid: '', registered: false, signed: '', paid: false, reported: false };

  async function run(host: HostProcess) {
    answered.cid = await upload(host);
    await post(host, '/register', {
      ...listing(),
      stream_url: `http://localhost:9000/${round}`,
      content_distributor_wallet: PROVIDER,
    });
    answered.registered = true;
    await pay(host);
    answered.paid = true;
    for (const repeat of [1, 2]) {
      await post(host, '/api/record-view', {
        cid: answered.cid,
        blockchain_address: viewer.address,
        provider_wallet: PROVIDER,
        creator_wallet: CREATOR,
        price: TERMS.price,
        timestamp,
      });
      answered.reported ||= repeat === 1;
    }
  }

  const listing = () => ({
    cid: answered.cid,
    video_name: `round ${round}`,
    content_creator_wallet: CREATOR,
    ...TERMS,
  });

  async function upload(host: HostProcess): Promise<string> {
    const form = new FormData();
    const { cid: _, ...meta } = listing();
    form.set('json_data', JSON.stringify(meta));
    form.set('file', new Blob([bytes]), 'noise.bin');
    const answer = await fetch(`${host.url}/upload-content`, { method: 'POST', body: form });
    expect(answer.status, await answer.clone().text()).to.equal(200);
    return ((await answer.json()) as { meta: { cid: string } }).meta.cid;
  }

  /** Signs once and sends the same transaction again after a crash, as a wallet does. */
  async function pay(host: HostProcess) {
    const chain = new JsonRpcProvider(host.rpcUrl, 31337, { cacheTimeout: -1, staticNetwork: true });
    try {
      answered.signed ||= await sign(host, chain);
      const hash = keccak256(answered.signed);
      const known = await chain.getTransactionReceipt(hash);
      if (known === null) await chain.send('eth_sendRawTransaction', [answered.signed]);
      const receipt = await eventually(5_000, () => chain.getTransactionReceipt(hash), Boolean);
      expect(receipt?.status).to.equal(1);
    } finally {
      chain.destroy();
    }
  }

  async function sign(host: HostProcess, chain: JsonRpcProvider): Promise<string> {
    const { contents } = await getJson<{ contents: { contract: string; content_id: string }[] }>(
      `${host.url}/contents/${answered.cid}`,
    );
    const { contract = '', content_id = '' } = contents[0] ?? {};
    const wallet = viewer.connect(chain);
    const call = await new Contract(contract, ABI, wallet)
      .getFunction('payView')
      .populateTransaction(content_id, PROVIDER, 1, parseEther('0.001'), { value: parseEther('0.001') });
    return wallet.signTransaction(await wallet.populateTransaction(call));
  }

  /** What was answered before the crash is there after it. */
  async function checkAnswered(host: HostProcess) {
    const { cid, registered, paid, reported } = answered;
    if (cid !== '') await checkMedia(host, cid);
    if (registered) expect(await streams(host)).to.have.length(1);
    if (paid) expect((await sources(host, 1)).filter((source) => source === 'direct')).to.have.length(1);
    if (reported)
      expect((await sources(host, 2)).filter((source) => source === 'reported')).to.have.length(1);
  }

  /** After the client's second try, everything is there exactly once. */
  async function checkWhole(host: HostProcess) {
    await checkMedia(host, answered.cid);
    expect(await streams(host)).to.have.length(1);
    expect(await sources(host, 2)).to.deep.equal(['direct', 'reported']);
    const { contents } = await getJson<{ contents: unknown[] }>(`${host.url}/contents/${answered.cid}`);
    expect(contents).to.have.length(1);
  }

  async function checkMedia(host: HostProcess, cid: string) {
    const answer = await fetch(`${host.url}/ipfs/${cid}`);
    const digest = createHash('sha256').update(Buffer.from(await answer.arrayBuffer()));
    expect(digest.digest('hex')).to.equal(createHash('sha256').update(bytes).digest('hex'));
  }

  const streams = async (host: HostProcess) =>
    (await getJson<{ streams: unknown[] }>(`${host.url}/streams/${answered.cid}`)).streams;

  const sources = (host: HostProcess, wanted: number) =>
    eventually(
      5_000,
      async () => {
        const url = `${host.url}/api/get-records/cid/${answered.cid}`;
        const { records } = await getJson<{ records: { source: string }[] }>(url);
        return records.map(({ source }) => source).sort();
      },
      (rows) => rows.length >= wanted,
    );

  return { run, checkAnswered, checkWhole };
}

async function post(host: HostProcess, path: string, body: unknown) {
  const answer = await fetch(host.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status, `${path}: ${await answer.clone().text()}`).to.equal(200);
}

/** Bytes that differ for each seed, the same for the same one. */
function noise(length: number, seed: string): Buffer<ArrayBuffer> {
  const block = createHash('shake256', { outputLength: length });
  return Buffer.from(block.update(seed).digest());
}

/** A permutation that depends on the seed alone. */
function shuffled<T>(items: T[], seed: number): T[] {
  const rank = (index: number) => createHash('sha256').update(`${seed}/${index}`).digest('hex');
  return items
    .map((item, index) => ({ item, rank: rank(index) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ item }) => item);
}
