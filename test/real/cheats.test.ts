import { expect } from 'chai';
import { openChannel, openVideo, WrongKey } from '../../client/index.ts';
import { memoryStorage } from '../../client/storage.ts';
import { runProbe } from '../../scripts/lib/probe/run.ts';
import { eventually, getJson, UNSET } from '../e2e/host.ts';
import { type Lie, sellingWrongKeys, startProvider } from '../indexer/playback/probes/cheating.ts';
import { rejected } from '../rejection.ts';
import { type Ended, runHere } from '../scripts/run.ts';
import { type Listing, type Market, openMarket, type Shop } from './minutes/market.ts';

const OPERATOR = 0;
const [BY_BYTES, BY_PLAYLIST, BY_SILENCE, BY_KEY, HONEST, VIEWER, PROBER] = [3, 4, 5, 6, 7, 8, 9];
const FOUND_MS = 60_000;

interface Row {
  content_distributor_wallet: string;
  health: { state: string; reason: string | null; last_proof: object | null };
}

describe('providers that cheat, on a chain that answers as Sepolia', function () {
  this.timeout(240_000);
  let market: Market;
  let shop: Shop;
  let of: Listing;
  const servers: { stop(): Promise<void> }[] = [];
  before(async () => {
    const env = { PROBES: 'private', PROBES_PER_MINUTE: '60', RATE_LIMIT_READS_PER_MIN: '0' };
    market = await openMarket([{ operator: OPERATOR, videos: 1, inToken: false, env }]);
    const [first] = market.shops;
    const [listing] = first?.listings ?? [];
    if (!first || !listing) throw new Error('nothing is sold');
    [shop, of] = [first, listing];
  });
  after(async () => {
    await Promise.all(servers.map((each) => each.stop()));
    await market?.stop();
  });

  /** A stranger's server, registered on chain by its own wallet. */
  async function serving(account: number, lie: Lie): Promise<string> {
    const { address, signer } = market.chain.plain(account);
    const server = await startProvider(of.playUrl, address, lie);
    servers.push(server);
    await (await market.contract.connect(signer).registerStream(of.contentId, server.url)).wait();
    return server.url;
  }
  const rows = async () => (await getJson<{ streams: Row[] }>(`${shop.host.url}/streams/${of.cid}`)).streams;
  const nameOf = (account: number) => market.chain.plain(account).address;
  const shown = async () =>
    Object.fromEntries(
      (await rows()).map((row) => [
        row.content_distributor_wallet,
        `${row.health.state} ${row.health.reason}`,
      ]),
    );
  const probed = (url: string, ...args: string[]): Promise<Ended> => {
    const { privateKey } = market.chain.plain(PROBER).signer as unknown as { privateKey: string };
    return runHere(runProbe, [url, ...args], {
      ...UNSET,
      ...market.chain.env,
      ...shop.env,
      PRIVATEKEY: privateKey,
    });
  };

  it('are found by looks or a proof, and come last; a script sees the same, and buys a key of the honest one', async () => {
    const other = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 1));
    await serving(BY_BYTES, (path, { bytes }) => (path.endsWith('.m4s') ? { bytes: other(bytes) } : null));
    const early = (text: string) => text.replace('keys/1"', 'keys/2"');
    const byPlaylist = await serving(BY_PLAYLIST, (path, { bytes }) =>
      path.endsWith('/index.m3u8') ? { bytes: Buffer.from(early(String(bytes))) } : null,
    );
    await serving(BY_SILENCE, () => ({ status: 503 }));
    const wrong = sellingWrongKeys(market.chain.plain(BY_KEY).signer, {
      ...shop.parties,
      contentId: of.contentId,
    });
    const byKey = await serving(BY_KEY, wrong.lie);
    const honest = await serving(HONEST, () => null);

    const found = await eventually(FOUND_MS, shown, (states) =>
      [BY_BYTES, BY_PLAYLIST, BY_SILENCE, BY_KEY, HONEST].every(
        (account) => !(states[nameOf(account)] ?? 'unchecked').startsWith('unchecked'),
      ),
    );
    expect(found).to.include({
      [nameOf(BY_BYTES)]: 'wrong bytes_differ',
      [nameOf(BY_PLAYLIST)]: 'wrong playlist_early',
      [nameOf(BY_SILENCE)]: 'silent busy',
      // Nobody sees the key without paying for it.
      [nameOf(BY_KEY)]: 'ok null',
      [nameOf(HONEST)]: 'ok null',
    });

    // A viewer who pays it does.
    const { signer: wallet } = market.chain.plain(VIEWER);
    const parties = { ...shop.parties, provider: nameOf(BY_KEY) };
    const storage = memoryStorage();
    const facts = { chain: market.chain.provider };
    const channel = await openChannel({ ...parties, storage, facts, wallet, deposit: 10n * of.price });
    const video = await openVideo({
      ...{ ...parties, storage, channel, cid: of.cid, contentId: of.contentId, playUrl: byKey },
      ...{ unitPrice: of.price, proofsTo: shop.host.url, delegate: null },
    });
    await rejected(video.fetchKeys([0]), WrongKey);
    expect((await shown())[nameOf(BY_KEY)]).to.equal('wrong key_proven');

    const ranked = (await rows()).map((row) => row.content_distributor_wallet);
    const wrongOnes = [BY_BYTES, BY_PLAYLIST, BY_KEY].map(nameOf);
    expect(ranked.slice(0, 2)).to.have.members([nameOf(OPERATOR), nameOf(HONEST)]);
    expect(ranked[2]).to.equal(nameOf(BY_SILENCE));
    expect(ranked.slice(3)).to.have.members(wrongOnes);

    const cheat = await probed(byPlaylist);
    expect([cheat.how, cheat.stderr]).to.deep.equal([1, 'The stream is wrong: playlist_early.\n']);
    const right = await probed(honest);
    expect(right.how, right.stderr).to.equal(0);
    expect(right.stdout).to.match(/bytes +right .*\noffer +right /);
    const asked = await probed(of.playUrl, '--pay');
    expect(asked.stdout).to.match(/A minute costs .* Nothing is paid\. To buy one, add --yes\./);
    const bought = await probed(of.playUrl, '--pay', '--yes');
    expect(bought.how, bought.stderr).to.equal(0);
    expect(bought.stdout).to.match(/key +right +Key 0 is the one that the CID names\./);
    expect(bought.stdout).to.include('Its receipt:\n{"receipt":{"content_id":');
  });
});
