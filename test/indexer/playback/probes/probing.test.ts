import { expect } from 'chai';
import { Looks } from '../../../../indexer/playback/probes/looks.ts';
import { Probing } from '../../../../indexer/playback/probes/probing.ts';
import { createReach } from '../../../../indexer/playback/probes/reach.ts';
import { type Selling, type SoldVideo, startSelling } from '../../../client/selling.ts';
import { demanding, HONEST, type Lie, startProvider } from './cheating.ts';

interface Row {
  id: string;
  content_distributor_wallet: string;
  health: Record<string, unknown>;
}

/** Wallets of providers. */
const FIRST_WALLET = 5;

describe('looks at streams', () => {
  let selling: Selling;
  let of: SoldVideo;
  const providers: Awaited<ReturnType<typeof startProvider>>[] = [];
  let nth = FIRST_WALLET;

  before(async () => {
    selling = await startSelling();
    of = await selling.sold({ seconds: 130 });
  });
  after(async () => {
    await Promise.all(providers.map((each) => each.stop()));
    await selling.stop();
  });

  const probing = (more: object = {}) => {
    const { api } = selling;
    const reach = createReach({ allowsPrivate: true, timeoutMs: 500 });
    const settings = { everySec: 3_600, isReady: () => true, chainId: api.chain.facts.chainId };
    return new Probing({ ...api.deps, ...settings, reach, ...more });
  };
  /** A provider that registers where it serves, on chain. */
  async function serving(lie: Lie, { moved = '' } = {}) {
    const { api } = selling;
    const wallet = api.wallet(nth);
    const provider = await startProvider(of.playUrl, wallet.address, lie);
    providers.push(provider);
    await (await api.as(nth).registerStream(of.contentId, provider.url + moved)).wait();
    await api.settled();
    nth += 1;
    return { ...provider, wallet: wallet.address };
  }
  async function rowOf(wallet: string) {
    const { store } = selling.api.deps;
    const [row] = await store.activeStreams({ provider: wallet });
    if (!row) throw new Error(`${wallet} serves nothing`);
    return row;
  }
  const streams = async (path = `/streams/${of.cid}`): Promise<Row[]> =>
    (await selling.api.get(path)).body.streams as Row[];
  const healthOf = async (wallet: string) =>
    (await streams()).find((each) => each.content_distributor_wallet === wallet)?.health ?? {};
  let cheating: Lie = HONEST;
  let cheat: Promise<{ wallet: string }> | null = null;
  async function looked(lie: Lie) {
    cheating = lie;
    cheat ??= serving((...truth) => cheating(...truth));
    const { wallet } = await cheat;
    await probing().look(await rowOf(wallet));
    const { state, reason } = await healthOf(wallet);
    return [state, reason];
  }

  it('say of a stream that nobody has looked at, and of this host’s own, that it is unchecked', async () => {
    const { wallet } = await serving(HONEST);
    expect(await healthOf(wallet)).to.deep.equal({
      ...{ state: 'unchecked', reason: null, checked_at: null, latency_ms: null, last_proof: null },
    });
    expect(await healthOf(selling.playing.seller)).to.include({ state: 'unchecked', reason: 'own' });
  });

  it('find an honest provider right, and say when and how fast it was', async () => {
    const { wallet } = await serving(HONEST);
    const before = await streams();
    await probing().look(await rowOf(wallet));
    const health = await healthOf(wallet);
    expect(health).to.include({ state: 'ok', reason: null, last_proof: null });
    expect(health.latency_ms).to.be.within(0, 500);
    expect(Date.now() - Date.parse(String(health.checked_at))).to.be.within(0, 10_000);
    // All forms of the list show it.
    for (const path of ['/streams', `/wallets/${wallet}/streams`]) {
      const shown = (await streams(path)).find((each) => each.content_distributor_wallet === wallet);
      expect(shown?.health).to.deep.equal(health);
    }
    expect((await streams()).map(({ id }) => id)).to.deep.equal(before.map(({ id }) => id));
  });

  const flipped = (bytes: Buffer) => {
    const other = Buffer.from(bytes);
    other[0] = (other[0] ?? 0) ^ 1;
    return other;
  };
  const CHEATS: [name: string, state: string, reason: string, lie: Lie][] = [
    [
      'other bytes of a segment',
      'wrong',
      'bytes_differ',
      (path, { bytes }) => (path.endsWith('.m4s') ? { bytes: flipped(bytes) } : null),
    ],
    [
      'another content.json',
      'wrong',
      'content_differs',
      (path, { bytes }) => (path === '/content.json' ? { bytes: flipped(bytes) } : null),
    ],
    [
      'another root',
      'wrong',
      'block_differs',
      (path, { bytes }) => (path === '?format=raw' ? { bytes: flipped(bytes) } : null),
    ],
    [
      'an init segment of its own',
      'wrong',
      'init_differs',
      (path, { bytes }) => (path.endsWith('/init.mp4') ? { bytes: flipped(bytes) } : null),
    ],
    [
      'a playlist that starts units early',
      'wrong',
      'playlist_early',
      (path, { bytes }) =>
        path === '/v0/index.m3u8'
          ? { bytes: Buffer.from(String(bytes).replace('keys/1"', 'keys/2"')) }
          : null,
    ],
    [
      'a playlist of its own',
      'wrong',
      'playlist_differs',
      (path, { bytes }) =>
        path === '/master.m3u8' ? { bytes: Buffer.concat([bytes, Buffer.from('\n')]) } : null,
    ],
    [
      'a key of its own to everybody',
      'wrong',
      'key_differs',
      (path) => (path.startsWith('/keys/') ? { status: 200, bytes: Buffer.alloc(16) } : null),
    ],
    [
      'a demand that no client can read',
      'wrong',
      'offer_missing',
      (path) => (path.startsWith('/keys/') ? { headers: {} } : null),
    ],
    [
      'another price',
      'wrong',
      'price_differs',
      (_, truth) =>
        demanding(truth, (way) => ({ ...way, amount: '1', extra: { ...Object(way.extra), unitPrice: '1' } })),
    ],
    [
      'another account to pay',
      'wrong',
      'offer_differs',
      (_, truth) => demanding(truth, (way) => ({ ...way, payTo: `0x${'12'.repeat(20)}` })),
    ],
    ['silence', 'silent', 'timed_out', () => 'silence'],
    ['errors', 'silent', 'busy', () => ({ status: 503 })],
    [
      'a way to elsewhere',
      'silent',
      'redirects',
      () => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' } }),
    ],
    ['no segments', 'silent', 'file_missing', (path) => (path.endsWith('.m4s') ? { status: 404 } : null)],
    ['no keys', 'silent', 'not_offered', (path) => (path.startsWith('/keys/') ? { status: 404 } : null)],
  ];
  for (const [name, state, reason, lie] of CHEATS) {
    it(`find a provider that serves ${name}`, async () => {
      expect(await looked(lie)).to.deep.equal([state, reason]);
    });
  }

  it('rank silent providers behind all others, and wrong ones behind those, on each page', async () => {
    await selling.api.deps.book.forgetProbes(Number.MAX_SAFE_INTEGER);
    const [slow, wrong] = [await serving(() => 'silence'), await serving(() => ({ bytes: Buffer.alloc(9) }))];
    const later = await serving(HONEST);
    const all = (await streams()).map((each) => each.content_distributor_wallet);
    expect(all.slice(-3)).to.deep.equal([slow, wrong, later].map(({ wallet }) => wallet));
    for (const { wallet } of [wrong, slow]) await probing().look(await rowOf(wallet));
    const ranked = (await streams()).map((each) => each.content_distributor_wallet);
    const faulty = [slow.wallet, wrong.wallet];
    const isFaulty = (wallet: string) => faulty.includes(wallet);
    expect(ranked).to.deep.equal([...all.filter((each) => !isFaulty(each)), ...faulty]);

    for (const limit of [1, 2, 3]) {
      const paged: string[] = [];
      for (let cursor = ''; ; ) {
        const { body } = await selling.api.get(`/streams/${of.cid}?limit=${limit}${cursor}`);
        paged.push(...(body.streams as Row[]).map((each) => each.content_distributor_wallet));
        if (body.next_cursor === undefined) break;
        cursor = `&cursor=${body.next_cursor}`;
      }
      expect(paged).to.deep.equal(ranked);
    }
    // Found right again, it is where it was.
    await selling.api.deps.book.forgetProbes(Number.MAX_SAFE_INTEGER);
    selling.api.deps.health.noteProbe({ ...(await probeOf(wrong.wallet)), state: 'ok', reason: null });
    expect((await streams()).map((each) => each.content_distributor_wallet)).to.deep.equal(all);
  });

  async function probeOf(wallet: string) {
    const { contract, contentId, provider, cidKey, url } = await rowOf(wallet);
    const times = { checkedAtSec: 1, nextAtSec: 2, latencyMs: 3 };
    return {
      contract,
      contentId,
      provider,
      cidKey,
      url,
      ...times,
      state: 'wrong' as const,
      reason: 'bytes_differ',
    };
  }

  it('do not hold against a stream what was found where it was before', async () => {
    const { wallet } = await serving(() => ({ bytes: Buffer.alloc(9) }));
    await probing().look(await rowOf(wallet));
    expect(await healthOf(wallet)).to.include({ state: 'wrong' });
    const { api } = selling;
    await (await api.as(nth - 1).updateStream(of.contentId, 'http://127.0.0.1:1/')).wait();
    await api.settled();
    expect(await healthOf(wallet)).to.include({ state: 'unchecked', reason: null });
  });

  it('are made of an address before it is registered, for whoever asks, and not kept', async () => {
    const { api, playing } = selling;
    const { contract } = api.chain.facts;
    const wallet = api.wallet(nth).address;
    const looked = async (url: string, by = wallet, contentId = of.contentId) =>
      await api.post(`/streams/${contract}-${contentId}-${by}/look`, { stream_url: url });
    const [honest, cheat] = [
      await startProvider(of.playUrl, wallet, HONEST),
      await startProvider(of.playUrl, wallet, () => ({ bytes: Buffer.alloc(9) })),
    ];
    providers.push(honest, cheat);
    const { status, body } = await looked(honest.url);
    expect(status).to.equal(200);
    expect(body).to.include({ state: 'ok', reason: null });
    const findings = body.findings as Record<string, unknown>[];
    expect(findings).to.deep.include.members([
      { check: 'offer', result: 'right', reason: null, detail: 'It asks for what the chain says.' },
    ]);
    expect((await looked(cheat.url)).body).to.include({ state: 'wrong' });
    expect((await looked('http://127.0.0.1:1/stream')).body).to.include({
      ...{ state: 'silent', reason: 'unreachable', latency_ms: null },
    });
    // Whose stream it will be says who is paid there.
    expect((await looked(of.playUrl, playing.seller)).body).to.include({ state: 'unchecked', reason: 'own' });
    expect((await looked(of.playUrl)).body).to.include({ state: 'wrong', reason: 'offer_differs' });
    expect((await looked(honest.url, wallet, `0x${'ab'.repeat(32)}`)).body.code).to.equal('unknown_content');
    expect(await api.deps.store.stream(contract, of.contentId, wallet.toLowerCase())).to.equal(null);
  });

  it('of an address that only this machine reaches are not made for a public chain', async () => {
    const { looks } = selling.api.deps;
    const { store, provider } = selling.api.deps;
    const reach = (signal: AbortSignal) => createReach({ allowsPrivate: false, signal });
    const strict = new Looks({ ...selling.api.deps, store, provider, reach, chainId: 1 });
    const at = { ...(await rowOf(selling.playing.seller)), provider: `0x${'33'.repeat(20)}` };
    expect(await strict.at({ ...at, url: 'http://localhost:9000/stream' })).to.include({
      ...{ state: 'unchecked', reason: 'not_public' },
    });
    expect(looks.isBusy).to.equal(false);
  });

  it('are made now and then by themselves: of all that is due, one at a time of a host, none of its own', async () => {
    const { book, store } = selling.api.deps;
    await book.forgetProbes(Number.MAX_SAFE_INTEGER);
    const jobs = probing();
    expect(await jobs.begin()).to.equal(true);
    // All of them are on this machine.
    expect(await jobs.begin()).to.equal(false);
    await jobs.idle();
    while (await jobs.begin()) await jobs.idle();
    const rows = await store.activeStreams();
    const probes = await Promise.all(rows.map((row) => book.probeOf(row)));
    const own = selling.api.deps.provider;
    expect(probes.map((probe) => probe === null)).to.deep.equal(
      rows.map(({ url, cidKey }) => own?.isOwn(url, cidKey) ?? false),
    );
    // Each is due again after about an hour, and sooner where it was silent.
    const pauses = probes.flatMap((probe) =>
      probe === null
        ? []
        : [(probe.nextAtSec - probe.checkedAtSec) / (probe.state === 'silent' ? 900 : 3_600)],
    );
    for (const pause of pauses) expect(pause).to.be.within(0.5, 1.5);
    expect(await jobs.begin()).to.equal(false);
    expect(await probing({ isReady: () => false }).begin()).to.equal(false);
    const later = Math.floor(Date.now() / 1_000) + 3 * 3_600;
    expect(await probing({ nowSec: () => later }).begin()).to.equal(true);
  });

  it('compare what may be read of a clear file, and what is asked for the rest', async () => {
    const { playing, api } = selling;
    const kinds = [
      // The host shows no blocks of single files at its gate: its copy is compared.
      { price: 0n, lie: HONEST, is: ['ok', null] },
      {
        price: 0n,
        lie: ((_, { bytes }) => ({ bytes: flipped(bytes) })) as Lie,
        is: ['wrong', 'bytes_differ'],
      },
      { price: 1n, lie: HONEST, is: ['ok', null] },
      { price: 1n, lie: (() => ({ status: 402, headers: {} })) as Lie, is: ['wrong', 'offer_missing'] },
    ];
    for (const { price, lie, is } of kinds) {
      const sold = await playing.sold({ price });
      const provider = await startProvider(`${api.url}/play/${sold.cid}`, api.wallet(6).address, lie);
      providers.push(provider);
      await (await api.as(6).registerStream(sold.contentId, provider.url)).wait();
      await api.settled();
      const [row] = await api.deps.store.activeStreams({
        provider: api.wallet(6).address,
        contentId: sold.contentId,
      });
      if (!row) throw new Error('it is not registered');
      await probing().look(row);
      const { state, reason } = await api.deps.health.of(row);
      expect([state, reason]).to.deep.equal(is);
    }
  });

  it('say that nothing could be compared where nobody shows the blocks', async () => {
    const { wallet } = await serving((path) => (path === '?format=raw' ? { status: 404 } : null));
    const storage = { find: async () => null, block: async () => null };
    await probing({ storage }).look(await rowOf(wallet));
    expect(await healthOf(wallet)).to.include({ state: 'unchecked', reason: 'not_verifiable' });
  });

  it('are not made at addresses that nobody else reaches, unless the operator says so', async () => {
    const { wallet, asked } = await serving(HONEST);
    await probing({ reach: createReach({ allowsPrivate: false }) }).look(await rowOf(wallet));
    expect(await healthOf(wallet)).to.include({ state: 'unchecked', reason: 'not_public' });
    expect(asked()).to.equal(0);
  });
});
