import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import { type BaseWallet, parseEther, Wallet, ZeroAddress } from 'ethers';
import { memoryStorage, openChannel, openVideo } from '../../client/index.ts';
import { runningHost } from '../../indexer/compose/host-file.ts';
import { runGrant } from '../../scripts/lib/grant/run.ts';
import { runProvide } from '../../scripts/lib/provide/run.ts';
import { type Child, node, said, startChild } from '../child.ts';
import { eventually, getJson, UNSET } from '../e2e/host.ts';
import { type Ended, runHere } from '../scripts/run.ts';
import { type Listing, type Market, openMarket, type Shop } from './minutes/market.ts';

/** Test accounts by what they do; the creators are 1 and 2. */
const [CREATOR, COPYCAT, FIRST, SECOND, COLD] = [1, 2, 5, 6, 7];
const SEPOLIA = 11_155_111;

/** Somebody who sells what another has published, from a machine of their own. */
interface Stranger {
  provider: string;
  child: Child;
  env: Record<string, string>;
}

/**
 * A creator's host and two hosts of strangers, each by `npm run provide` and one grant; and a viewer who goes over from the one
 * to the other while it plays.
 */
describe("other providers of a creator's protected video", function () {
  this.timeout(300_000);
  let market: Market;
  let shop: Shop;
  let film: Listing;
  const children: Child[] = [];
  before(async () => {
    market = await openMarket([{ operator: 4, videos: 1, inToken: false }]);
    [shop] = market.shops as [Shop];
    [film] = shop.listings as [Listing];
  });
  after(async () => {
    for (const { process, gone } of children) {
      process.kill('SIGTERM');
      await gone;
    }
    await market?.stop();
  });

  const wallet = (index: number) => market.chain.plain(index).signer as Wallet;

  function stranger(operator: number, args: string[], more: Record<string, string> = {}): Stranger {
    const dataDir = join(market.chain.dataDir, '..', `stranger-${operator}`);
    const key = { PRIVATEKEY: wallet(operator).privateKey, DATA_DIR: dataDir };
    const env = { ...UNSET, ...market.chain.env, ...key, PORT: '0', FFMPEG: 'off', ...more };
    const child = startChild(node('scripts/provide.ts', film.cid, ...args), env);
    children.push(child);
    return { provider: env.PROVIDER_WALLET || wallet(operator).address, child, env };
  }

  const grant = (args: string[], by = CREATOR): Promise<Ended> =>
    runHere(runGrant, [film.cid, ...args], {
      ...{ ...UNSET, ...market.chain.env, DATA_DIR: join(market.chain.dataDir, '..', 'no-host') },
      PRIVATEKEY: wallet(by).privateKey,
    });

  /** Where it is served, once it says so. */
  const servedAt = ({ child }: Stranger) =>
    said(child, (text) => new RegExp(`^${film.cid} is served at (\\S+),$`, 'm').exec(text)?.[1]);

  /** As its own page shows it. */
  async function askedBy({ env }: Stranger) {
    const { url, secret } = (await runningHost(env.DATA_DIR ?? '')) ?? {};
    const answer = await fetch(`${url}/key-requests`, { headers: { authorization: `Bearer ${secret}` } });
    type Asked = { state: string; until: string | null; reason: string | null; has_keys: boolean };
    return ((await answer.json()) as { key_requests: Asked[] }).key_requests;
  }

  const streams = async () =>
    (
      await getJson<{ streams: { stream_url: string }[] }>(`${shop.host.url}/streams/${film.cid}`)
    ).streams.map(({ stream_url }) => stream_url);

  async function bytesAt(playUrl: string, path: string): Promise<Buffer> {
    const answer = await fetch(`${playUrl}/${path}`);
    expect(answer.status, `${playUrl}/${path}`).to.equal(200);
    return Buffer.from(await answer.arrayBuffer());
  }

  it('are two strangers after one grant each; a viewer goes over mid-play, by one more deposit', async () => {
    const first = stranger(FIRST, ['--from', shop.host.url]);
    await said(first.child, (text) =>
      text.includes(`  npm run grant -- ${film.cid} ${first.provider} --to ${shop.host.url}\n`),
    );
    expect(await streams()).to.deep.equal([film.playUrl]);
    const asked = { from: shop.host.url, content_creator_wallet: film.creator, cid: film.cid };
    const waits = await eventually(
      20_000,
      () => askedBy(first),
      ({ length }) => length === 1,
    );
    expect(waits[0]).to.include({ ...asked, state: 'waiting', reason: null, has_keys: false });
    expect(Date.parse(waits[0]?.until ?? '')).to.be.above(Date.now() + 6 * 86_400_000);

    // Who has listed the CID after its owner grants nothing.
    const { contract } = market;
    const terms = { token: ZeroAddress, pricePerUnit: 1n, providerShareBps: 3_000, unit: 1 };
    const listed = contract.connect(wallet(COPYCAT));
    await (await listed.publish({ cid: film.cid, ...terms, name: 'Copy', metadata: '' })).wait();
    const copied = await grant([first.provider, '--to', shop.host.url], COPYCAT);
    expect(copied.stderr).to.match(/ does not keep it: What is here as bafy\w+ is of another creator/);

    const granted = await grant([first.provider, '--to', shop.host.url]);
    expect(granted.how, granted.stderr).to.equal(0);
    const firstUrl = await servedAt(first);
    await said(first.child, (text) => text.includes(`they are those of ${film.cid}`));
    const [has] = await askedBy(first);
    expect(has).to.include({ ...asked, state: 'granted', has_keys: true });
    expect(Date.parse(has?.until ?? '')).to.be.closeTo(Date.now() + 365 * 86_400_000, 3_600_000);

    // The second shows its grant itself, to a host that the creator never told: the first stranger's.
    const file = join(market.chain.dataDir, '..', 'grant.json');
    const cold = wallet(COLD);
    await (await contract.connect(cold).setClaimDelegate(wallet(SECOND).address)).wait();
    await grant([cold.address, '--to', shop.host.url, '--out', file]);
    await shop.host.end('SIGKILL');
    const args = ['--from', firstUrl, '--creator', film.creator, '--grant', file];
    const second = stranger(SECOND, args, { PROVIDER_WALLET: cold.address });
    const secondUrl = await servedAt(second);
    await shop.restart();
    const own = [film.playUrl, firstUrl, secondUrl];
    const registered = await eventually(20_000, streams, ({ length }) => length === own.length);
    expect(registered).to.have.members(own);
    for (const { child } of [first, second])
      expect(child.output()).to.not.match(/"secret":|privateKey|BEGIN/);

    // Again changes nothing.
    const { StreamRegistered } = contract.filters;
    const again = await runHere(
      runProvide,
      [film.cid, '--from', shop.host.url, '--creator', film.creator],
      first.env,
    );
    expect(again.how, again.stderr).to.equal(0);
    expect(await contract.queryFilter(StreamRegistered(film.contentId, first.provider))).to.have.length(1);

    await watchAtBoth({ ...first, url: firstUrl }, { ...second, url: secondUrl });
  });

  type Seller = Stranger & { url: string };

  async function watchAtBoth(first: Seller, second: Seller): Promise<void> {
    const viewer: BaseWallet = new Wallet(Wallet.createRandom().privateKey, market.chain.provider);
    await (await market.chain.operator.sendTransaction({ to: viewer, value: parseEther('1') })).wait();
    const { keys } = JSON.parse(String(await bytesAt(film.playUrl, 'content.json'))) as { keys: string[] };
    const storage = memoryStorage();
    const facts = { chain: market.chain.provider };
    const at = async ({ provider, url: playUrl, env }: Seller) => {
      const delegate = new Wallet(env.PRIVATEKEY ?? '').address;
      const parties = { chainId: SEPOLIA, contract: market.chain.contract, provider, token: ZeroAddress };
      const { cid, contentId, price: unitPrice } = film;
      const video = await openVideo({
        ...parties,
        storage,
        cid,
        contentId,
        playUrl,
        unitPrice,
        delegate,
      });
      const deposit = () =>
        openChannel({ ...parties, storage, facts, wallet: viewer, deposit: 20n * unitPrice });
      return { video, deposit };
    };
    const right = async (video: Awaited<ReturnType<typeof at>>['video'], unit: number) => {
      const key = (await video.fetchKeys([unit])).get(unit) ?? new Uint8Array();
      expect(createHash('sha256').update(key).digest('hex'), `unit ${unit}`).to.equal(keys[unit]);
    };

    const here = await at(first);
    here.video.payFrom(await here.deposit());
    for (const unit of [0, 1, 2]) await right(here.video, unit);
    const segment = 'v0/9.m4s';
    const before = await bytesAt(first.url, segment);
    first.child.process.kill('SIGKILL');
    await first.child.gone;

    // The picture goes on at the same second: the bytes are the CID's at whatever address.
    expect(Buffer.compare(await bytesAt(second.url, segment), before)).to.equal(0);
    const there = await at(second);
    const sent = await viewer.getNonce();
    there.video.payFrom(await there.deposit());
    expect((await viewer.getNonce()) - sent).to.equal(1);
    for (const unit of [3, 4]) await right(there.video, unit);
  }
});
