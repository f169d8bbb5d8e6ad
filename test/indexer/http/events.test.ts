import { expect } from 'chai';
import { parseEther } from 'ethers';
import { openSqliteBook } from '../../../indexer/store/sqlite/book/book.ts';
import {
  CID,
  expectProblem,
  NATIVE,
  OTHER,
  PROVIDER,
  REGISTRATION,
  REPORT,
  startApi,
  useApi,
  VIEWER,
} from './api.ts';
import { type Listener, listenTo } from './listener.ts';

const PRICE = parseEther('0.001');
const DEADLINE_MS = 2_000;

type Row = Record<string, unknown>;

describe('GET /events', () => {
  const api = useApi();
  let contentId: string;
  let listeners: Listener[];

  before(async () => {
    const { body } = await api.post('/register', REGISTRATION);
    contentId = String((body.server as Row).content_id);
  });
  beforeEach(() => {
    listeners = [];
  });
  afterEach(() => {
    for (const each of listeners) each.close();
  });

  const listen = async (query = '', headers: Record<string, string> = {}) => {
    const listener = await listenTo(`${api.url}/events${query}`, headers);
    listeners.push(listener);
    return listener;
  };
  /** From the place where the listener stood, as a browser comes back. */
  const resume = (from: Listener, query = '') => listen(query, { 'last-event-id': from.lastId() });
  const pay = async () => {
    const paid = await api.as(3).payView(contentId, PROVIDER, 1, PRICE, { value: PRICE });
    await api.settled();
    const receipt = await paid.wait();
    return `${paid.hash}:${receipt?.logs[0]?.index}`;
  };
  let reported = Date.parse(REPORT.timestamp);
  const report = async () => {
    reported -= 7_000;
    return await api.post('/api/record-view', { ...REPORT, timestamp: new Date(reported).toISOString() });
  };
  const records = async () => (await api.get(`/api/get-records/cid/${CID}`)).body.records as Row[];

  it('is an event stream that no cache and no proxy holds back, and HEAD ends', async () => {
    const { response } = await listen();
    expect(response.statusCode).to.equal(200);
    expect(response.headers['content-type']).to.equal('text/event-stream; charset=utf-8');
    expect(response.headers['cache-control']).to.equal('no-store, no-transform');
    expect(response.headers['x-accel-buffering']).to.equal('no');
    const head = await fetch(`${api.url}/events`, { method: 'HEAD' });
    expect(head.status).to.equal(200);
    expect(await head.text()).to.equal('');
  });

  it('may be read by the pages that CORS_ORIGINS names', async () => {
    const { response } = await listen('', { origin: 'http://localhost:3000' });
    expect(response.headers['access-control-allow-origin']).to.equal('http://localhost:3000');
    expect(response.headers.vary).to.contain('Origin');
  });

  describe('refuses', () => {
    const refusals: [
      name: string,
      query: string,
      code: 'invalid_field' | 'bad_cid' | 'bad_address' | 'bad_event_id' | 'unknown_field',
      field: string,
    ][] = [
      ['an unknown kind', 'kind=view,money', 'invalid_field', 'kind'],
      ['a placeholder for a CID', 'cid=Qm123', 'bad_cid', 'cid'],
      ['a placeholder for a wallet', 'wallet=0x1234', 'bad_address', 'wallet'],
      ['the zero address', `wallet=${NATIVE}`, 'bad_address', 'wallet'],
      ['what is no id of an event', 'last_event_id=42', 'bad_event_id', 'last_event_id'],
      ['an unknown field', 'since=0', 'unknown_field', 'since'],
    ];
    for (const [name, query, code, field] of refusals) {
      it(name, async () => {
        expectProblem(await api.get(`/events?${query}`), 400, code, field);
      });
    }

    it('what is no id of an event in the header, too', async () => {
      const answer = await api.get('/events', { 'last-event-id': 'x-1' });
      expectProblem(answer, 400, 'bad_event_id', 'last-event-id');
    });
  });

  describe('tells', () => {
    it('a payment, as the history shows it', async () => {
      const listener = await listen();
      const id = await pay();
      expect(await listener.hear(1)).to.deep.equal([`view.recorded ${id}`]);
      expect(listener.heard[0]?.data).to.deep.equal((await records())[0]);
    });

    it('a reported view, and that a payment covers it', async () => {
      const listener = await listen();
      await report();
      const [told] = await listener.hear(1);
      const [row] = listener.heard;
      expect(row?.data).to.include({ source: 'reported', settled: false, price: '0.001' });
      const paid = await pay();
      const covered = { ...REPORT, timestamp: new Date().toISOString(), tx_hash: paid.split(':')[0] };
      const { body } = await api.post('/api/record-view', covered);
      expect(body.linked_to).to.equal(paid);
      const [, view, cover] = await listener.hear(3);
      expect(told).to.match(/^view.recorded 0x[0-9a-f]{64}$/);
      expect(view).to.equal(`view.recorded ${paid}`);
      expect(cover).to.match(new RegExp(`^view.covered 0x[0-9a-f]{64} by ${paid}$`));
    });

    it('streams that begin, move and end, and contents', async () => {
      const listener = await listen();
      const cid = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';
      const registration = { ...REGISTRATION, cid };
      const { body } = await api.post('/register', registration);
      await api.post('/register', { ...registration, stream_url: 'http://localhost:9000/moved' });
      await api.post('/deregister', { cid, content_distributor_wallet: PROVIDER });
      const id = (body.server as Row).content_id as string;
      await api.as(1).scheduleTerms(id, 2n * PRICE, 3_000, 0);
      await api.as(1).cancelTerms(id);
      await api.as(1).retire(id);
      await api.settled();
      expect(await listener.hear(7)).to.deep.equal([
        'content.published Sample Video',
        'stream.registered http://localhost:9000/stream',
        'stream.updated http://localhost:9000/moved',
        'stream.ended http://localhost:9000/moved',
        'content.terms_scheduled Sample Video',
        'content.terms_cancelled Sample Video',
        'content.retired Sample Video',
      ]);
      const scheduled = listener.heard[4]?.data as Row;
      expect(scheduled.scheduled).to.include({ retires: false, price: '0.002' });
      const listing = (await api.get(`/contents/${cid}`)).body.contents as Row[];
      expect(listing[0]).to.deep.include(listener.heard[6]?.data);
    });

    it('only what is asked for', async () => {
      const kinds = await listen('?kind=stream,content');
      const own = await listen(`?wallet=${VIEWER}`);
      const foreign = await listen(`?wallet=${OTHER}`);
      const cid = await listen(`?cid=${CID}&kind=view`);
      const both = await listen(`?wallet=${PROVIDER.toLowerCase()}&kind=view`);
      const id = await pay();
      await api.post('/register', { ...REGISTRATION, stream_url: `http://localhost:9000/${id.slice(-9)}` });
      for (const each of [own, cid, both]) expect(await each.hear(1)).to.deep.equal([`view.recorded ${id}`]);
      expect(await kinds.hear(1)).to.deep.equal([`stream.updated http://localhost:9000/${id.slice(-9)}`]);
      expect(foreign.heard).to.deep.equal([]);
    });

    it('what was reverted by a reorganisation, and what is on the other branch', async () => {
      const snapshot = await api.chain.provider.send('evm_snapshot', []);
      const listener = await listen();
      const id = await pay();
      await listener.hear(1);
      await api.chain.provider.send('evm_revert', [snapshot]);
      expect(await listener.hear(2)).to.deep.equal([`view.recorded ${id}`, 'reverted view']);
      expect(listener.heard[1]?.data).to.deep.equal({ kind: 'view', id });
      await api.as(4).payView(contentId, PROVIDER, 2, 2n * PRICE, { value: 2n * PRICE });
      const heard = await listener.hear(3);
      expect(heard).to.have.length(3);
      expect(listener.heard[2]?.data).to.deep.equal((await records())[0]);
    });
  });

  describe('with Last-Event-ID', () => {
    it('goes on exactly where the client was, from the header and from the query', async () => {
      const first = await listen();
      const before = await pay();
      await first.hear(1);
      first.close();
      const missed = [await pay(), await pay()];
      await report();
      for (const again of [await resume(first), await listen(`?last_event_id=${first.lastId()}`)]) {
        const heard = await again.hear(3);
        expect(heard.slice(0, 2)).to.deep.equal(missed.map((id) => `view.recorded ${id}`));
        expect(heard).to.have.length(3);
        expect(heard).to.not.include(`view.recorded ${before}`);
      }
    });

    it('loses and doubles nothing while it breaks off again and again', async () => {
      const expected: string[] = [];
      let listener = await listen('?kind=view');
      const heard: string[] = [];
      for (let round = 0; round < 8; round += 1) {
        expected.push(`view.recorded ${await pay()}`);
        if (round % 2 === 0) await listener.hear(1);
        heard.push(...(await listener.hear(0)));
        const last = listener;
        listener.close();
        expected.push(`view.recorded ${await pay()}`);
        listener = await resume(last, '?kind=view');
      }
      heard.push(...(await listener.hear(expected.length - heard.length)));
      expect(heard).to.deep.equal(expected);
    });

    it('resumes also by an id that came with a comment only', async () => {
      const silent = await listen(`?wallet=${OTHER}`);
      const id = await pay();
      const again = await resume(silent);
      expect(await again.hear(1)).to.deep.equal([`view.recorded ${id}`]);
    });

    it('is a reset for the id of another database, or one that is ahead', async () => {
      const [feed] = (await listen()).lastId().split('-');
      for (const id of ['0123456789ab-1', `${feed}-999999999`]) {
        const listener = await listen('', { 'last-event-id': id });
        expect(await listener.hear(1)).to.deep.equal(['reset unknown_id']);
        expect(listener.lastId()).to.match(new RegExp(`^${feed}-\\d+$`));
      }
    });

    it('is a reset where more has happened than is kept, and goes on from there', async () => {
      const [feed] = (await listen()).lastId().split('-');
      const listener = await listen('', { 'last-event-id': `${feed}-0` });
      expect(await listener.hear(1)).to.deep.equal(['reset not_kept']);
      const id = await pay();
      expect(await listener.hear(2)).to.deep.equal(['reset not_kept', `view.recorded ${id}`]);
    });
  });

  it('hears what another process has written to the same records', async () => {
    await report();
    const listener = await listen();
    const other = openSqliteBook({ path: api.book });
    const [open] = await api.deps.store.unsettledReports({});
    if (!open) throw new Error('no report is open');
    await other.recordReport({ ...open, ref: `0x${'7'.repeat(64)}`, viewTimeSec: open.viewTimeSec - 1 });
    await other.close();
    expect(await listener.hear(1)).to.deep.equal([`view.recorded 0x${'7'.repeat(64)}`]);
  });
});

describe('EVENTS_MAX_CLIENTS', () => {
  const api = useApi({ config: { maxEventClients: 2 } });

  it('is how many may listen at a time; one that leaves makes room', async () => {
    const first = await listenTo(`${api.url}/events`);
    const second = await listenTo(`${api.url}/events`);
    const answer = await api.get('/events');
    expectProblem(answer, 503, 'too_many_listeners');
    expect(answer.headers.get('retry-after')).to.equal('1');
    first.close();
    await first.ended;
    const deadline = performance.now() + DEADLINE_MS;
    let third = await listenTo(`${api.url}/events`);
    while (third.response.statusCode !== 200 && performance.now() < deadline) {
      third.close();
      third = await listenTo(`${api.url}/events`);
    }
    expect(third.response.statusCode).to.equal(200);
    second.close();
    third.close();
  });
});

describe('EVENTS_MAX_CLIENTS_PER_ADDRESS', () => {
  it('is how many of one address may listen, so that nobody keeps the others out', async () => {
    const api = await startApi({ config: { maxEventClientsPerAddress: 2, trustedProxies: 1 } });
    const from = (ip: string) => listenTo(`${api.url}/events`, { 'x-forwarded-for': ip });
    const listeners = [await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.2')];
    try {
      for (const { response } of listeners) expect(response.statusCode).to.equal(200);
      const answer = await api.get('/events', { 'x-forwarded-for': '192.0.2.1' });
      expectProblem(answer, 503, 'too_many_listeners');
    } finally {
      for (const each of listeners) each.close();
      await api.stop();
    }
  });
});

describe('a host that stops', () => {
  it('ends the streams of all its listeners at once, and takes no more', async () => {
    const api = await startApi({ config: { maxEventClientsPerAddress: 200 } });
    const listeners = await Promise.all(Array.from({ length: 200 }, () => listenTo(`${api.url}/events`)));
    await api.post('/register', REGISTRATION);
    for (const each of listeners) expect(await each.hear(2)).to.have.length(2);
    const start = performance.now();
    const stopped = api.stop();
    await Promise.all(listeners.map(({ ended }) => ended));
    expect(performance.now() - start).to.be.below(800);
    expect(listeners.filter(({ response }) => !response.complete)).to.deep.equal([]);
    await stopped;
    expect(performance.now() - start).to.be.below(2_000);
  });
});
