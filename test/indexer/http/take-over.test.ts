import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { eventually, expectProblem } from './api.ts';
import { newVideo, PROTECTED } from './protecting.ts';
import { type Channel, hashOf, MAKER, SELLER, type Selling, startSelling, type Video } from './selling.ts';

const [OLD, NEW, THIRD] = ['https://old.example.org', 'https://new.example.org', 'https://third.example.org'];
const MINUTE = 1;
/** Nobody has to deploy it: what this host takes of it is configured. */
const TOKEN = `0x${'7'.repeat(39)}8`;
/** Nobody has its bytes. */
const LOST = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';

/** One DATA_DIR and one chain, which a host leaves and another one opens, at another address. */
describe('a host whose provider has streams at another address', () => {
  let dataDir: string;
  let host: Selling;
  let videos: [Video, Video];
  let lost: string;
  /** Published, and at no stream. */
  let unserved: string;
  let channel: Channel;

  const start = (publicUrl: string, more: { remote?: boolean; takesOver?: boolean } = {}) =>
    startSelling({
      remote: true,
      env: { CLAIM: 'off', KNOWN_TOKENS: TOKEN, RELAY_DEPOSIT_MIN: `${TOKEN}:2` },
      dataDir,
      publicUrl,
      ...more,
    });
  async function restart(...as: Parameters<typeof start>): Promise<void> {
    await host.stop();
    host = await start(...as);
  }
  const urlsOf = async (...ids: string[]) => {
    const { store } = host.api.deps;
    const rows = ids.map((id) => store.stream(host.contract.toLowerCase(), id, host.seller));
    return (await Promise.all(rows)).map((row) => (row?.active ? new URL(row.url).origin : null));
  };
  const all = () => urlsOf(videos[0].contentId, videos[1].contentId, lost);
  const sales = async () => {
    const { status, body } = await host.api.get('/readyz');
    return { status, ...(body.parts as Record<string, { state: string; reason?: string }>).sales };
  };
  const warned = () =>
    host.api.logged.filter(({ facts }) => JSON.stringify(facts).includes(`"stream_url":"${OLD}/play/`))
      .length;

  const registersNothing = async () => {
    const answer = await host.api.call('POST', `/offers/${unserved}`, { headers: host.api.asOperator });
    expectProblem(answer, 409, 'serving_not_set_up', 'serve');
    expect(answer.body.detail).to.contain('--take-over');
  };

  const takesDeposits = async () => (await host.api.get('/chain')).body.relayed_deposits;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'take-over-'));
    host = await start(OLD);
    const session = await host.api.signedIn(MAKER);
    const listed = async () => {
      const { cid } = await host.on.packaged(await newVideo(180), PROTECTED, session);
      const { keys } = JSON.parse(String(await host.on.file(cid, 'content.json')));
      return { cid, contentId: await host.listed(cid, { unit: MINUTE }), hashes: keys };
    };
    videos = [await listed(), await listed()];
    lost = await host.listed(LOST);
    channel = await host.open();
    for (const video of videos) {
      const items = videos
        .slice(0, videos.indexOf(video) + 1)
        .map(({ contentId }) => [contentId, 1] as const);
      const answer = await host.post(video, { units: [0], ...(await host.signed(channel, items)) });
      expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    }
  });
  after(async () => {
    await host?.stop();
    rmSync(dataDir, { recursive: true });
  });

  const buy = async (video: Video, units: number[], paid: [number, number]) => {
    const items = videos.map(({ contentId }, index) => [contentId, paid[index] ?? 0] as const);
    return await host.post(video, { units, ...(await host.signed(channel, items)) });
  };

  it('sells as ever at its own, whatever else the wallet has registered that is no gate', async () => {
    const elsewhere = `https://cdn.example.org/${videos[0].cid}`;
    expect(host.api.deps.provider?.isElsewhere(elsewhere, videos[0].cid)).to.equal(false);
    expect(await sales()).to.include({ status: 200, state: 'up' });
    expect(await all()).to.deep.equal([OLD, OLD, OLD]);
    expect(await takesDeposits()).to.deep.equal([{ token: TOKEN, min_base_units: '2' }]);
    expect(warned()).to.equal(0);
  });

  it('registers nothing, and says so: in /readyz, and in one line of the log', async () => {
    await restart(NEW);
    expect(await sales()).to.include({ status: 200, state: 'degraded' });
    expect((await sales()).reason)
      .to.contain(`${OLD}/play/`)
      .and.contain('npm start -- --take-over');
    await host.api.deps.serving.fulfil();
    expect(warned()).to.equal(1);
    const { cid } = await host.on.packaged(await newVideo(6), PROTECTED, await host.api.signedIn(MAKER));
    const terms = { token: `0x${'0'.repeat(40)}`, pricePerUnit: 1n, providerShareBps: 3_000, unit: 0 };
    await (await host.api.as(MAKER).publish({ cid, ...terms, name: 'New', metadata: '' })).wait();
    unserved = cid;
    await registersNothing();
    expect(await takesDeposits()).to.deep.equal([]);
    const { viewer, key } = channel;
    const salt = `0x${'0'.repeat(64)}`;
    const deposit = {
      viewer,
      provider: host.seller,
      token: TOKEN,
      authorizer: key.address,
      salt,
      amount: '9',
    };
    expectProblem(await host.api.post('/channels', deposit), 503, 'streams_elsewhere');
  });

  it('sells nothing new of what its operator has moved alone, and serves what is open', async () => {
    const [video] = videos;
    const moved = await host.api.call('POST', `/offers/${video.cid}`, { headers: host.api.asOperator });
    expect(moved.status, JSON.stringify(moved.body)).to.equal(200);
    expect(await all()).to.deep.equal([NEW, OLD, OLD]);
    expect(host.outcomeOf(await buy(video, [0], [1, 1]), video)).to.deep.equal([0]);
    expectProblem(await buy(video, [1], [2, 1]), 503, 'streams_elsewhere', 'voucher');
    const unpaid = await host.play(`${video.cid}/keys/1`);
    expect([unpaid.status, unpaid.headers.get('payment-required')]).to.deep.equal([503, null]);
    expect(await unpaid.json()).to.include({ code: 'streams_elsewhere' });
    // What a wallet pays itself opens no minute in this book, either; the chain still has it when that is over.
    await host.pay(video);
    const token = await host.token(video);
    expect(await host.keyBy(`~${token}/${video.cid}/keys/0`)).to.equal(video.hashes[0]);
    expect(await host.keyBy(`~${token}/${video.cid}/keys/2`)).to.equal('streams_elsewhere');
  });

  it('moves them at --take-over, ends those of which the file is not here, and sells', async () => {
    await restart(NEW, { takesOver: true });
    await eventually(all, (urls) => urls[1] === NEW && urls[2] === null);
    expect(await all()).to.deep.equal([NEW, NEW, null]);
    expect(await sales()).to.include({ status: 200, state: 'up' });
    const [one, other] = videos;
    expect(host.outcomeOf(await buy(one, [0, 1], [2, 1]), one)).to.deep.equal([0, 1]);
    expect(host.outcomeOf(await buy(other, [0], [2, 1]), other)).to.deep.equal([0]);
    const token = await host.token(one);
    const key = Buffer.from(await (await host.play(`~${token}/${one.cid}/keys/2`)).arrayBuffer());
    expect(hashOf(key)).to.equal(one.hashes[2]);
  });

  it('stops while it runs where another host takes a stream, though it has taken over itself', async () => {
    const [one, other] = videos;
    const { api } = host;
    await (await api.as(SELLER).updateStream(one.contentId, `${THIRD}/play/${one.cid}`)).wait();
    await api.settled();
    await host.moveTo(host.nowSec() + 6);
    expect(await sales()).to.include({ status: 200, state: 'degraded' });
    expectProblem(await buy(other, [1], [2, 2]), 503, 'streams_elsewhere', 'voucher');
    await registersNothing();
    await (await api.as(SELLER).updateStream(one.contentId, `${NEW}/play/${one.cid}`)).wait();
    await api.settled();
    expect(host.outcomeOf(await buy(other, [1], [2, 2]), other)).to.deep.equal([1]);
  });

  it('moves nothing twice', async () => {
    const before = await host.api.head();
    await restart(NEW, { takesOver: true });
    await host.api.deps.serving.fulfil();
    expect(await host.api.head()).to.be.at.most(before + 1); // the test's own second deployment
    expect(await all()).to.deep.equal([NEW, NEW, null]);
  });

  it('moves by itself where nobody signs: that chain is its own', async () => {
    await restart('http://127.0.0.1:4321', { remote: false });
    await eventually(all, (urls) => urls[0] === urls[1] && urls[0] !== NEW);
    expect(await all()).to.deep.equal(['http://127.0.0.1:4321', 'http://127.0.0.1:4321', null]);
    expect(await sales()).to.include({ status: 200, state: 'up' });
  });
});
