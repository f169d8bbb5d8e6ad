import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { streamEvents } from '../../../indexer/http/events/sse.ts';
import { createFeedReader, type FeedReader } from '../../../indexer/http/feed/reader.ts';
import { createSerializer } from '../../../indexer/http/serialize/serializer.ts';
import { openSqliteBook, type SqliteBook } from '../../../indexer/store/sqlite/book/book.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import type { FeedPosition, Store } from '../../../indexer/store/store.ts';
import { block, CID, contentRow, PROVIDER, report, streamRow, viewId, viewRow } from '../store/samples.ts';
import { eventually } from './api.ts';
import { listenTo } from './listener.ts';

const undoable = { undoable: true };
/** More than the buffers of a connection hold. */
const MANY = 20_000;

describe('streamEvents()', () => {
  let store: Store;
  let tail: FeedReader;
  let book: SqliteBook;
  let server: Server;
  let url: string;
  let from: FeedPosition | undefined;
  let stopping: AbortController;
  let limits: { heartbeatMs: number; drainTimeoutMs: number };
  let ended: Promise<void>[];
  let warned: unknown[];

  beforeEach(async () => {
    book = openSqliteBook({ path: ':memory:' });
    store = openSqliteStore({ path: ':memory:', book });
    await store.commitBlocks([block(1)], undoable);
    const native = { address: ZeroAddress, symbol: 'ETH', verified: true, decimals: 18 };
    const serializer = createSerializer(
      { describe: async () => native },
      { mediaFacts: async () => null },
      () => 0,
    );
    warned = [];
    tail = createFeedReader({
      store,
      book,
      serializer,
      log: { warn: (facts: unknown) => void warned.push(facts) },
      pollMs: 20,
    });
    from = undefined;
    limits = { heartbeatMs: 60_000, drainTimeoutMs: 60_000 };
    stopping = new AbortController();
    ended = [];
    server = createServer((_req, res) => {
      const request = { from, filter: {}, stopping: stopping.signal };
      ended.push(streamEvents(res, tail, request, limits));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(async () => {
    stopping.abort();
    await Promise.all(ended);
    server.close();
    server.closeAllConnections();
    await store.close();
    await book.close();
  });

  it('says now and then that it is alive, and moves the id on past what is not wanted', async () => {
    limits.heartbeatMs = 5;
    const listener = await listenTo(url);
    const before = listener.lastId();
    await eventually(
      async () => listener.comments(),
      (comments) => comments > 3,
    );
    expect(listener.lastId()).to.equal(before);
    await book.recordReport(report());
    await listener.hear(1);
    const { feed, seq } = await store.feedEnd();
    expect(listener.lastId()).to.equal(`${feed}-${seq}`);
    listener.close();
  });

  it('does not tell what a content is called that is taken down', async () => {
    const listener = await listenTo(url);
    await book.takeDown({ cidKey: CID, cid: CID, reason: null, takenBy: 'ann', takenAtSec: 1 });
    const changes = [contentRow({}, { block: 2 }), streamRow(PROVIDER, true, { block: 2 })];
    await store.commitBlocks([block(2, changes)], undoable);
    await listener.hear(1);
    expect(listener.heard.map(({ event }) => event)).to.deep.equal(['stream.registered']);
    listener.close();
  });

  it('drops a client that takes nothing, and holds no more than a page for it', async () => {
    const start = await store.feedEnd();
    const views = Array.from({ length: MANY }, (_, logIndex) => viewRow({ block: 2, logIndex }));
    await store.commitBlocks([block(2, views)], undoable);
    from = start;
    limits.drainTimeoutMs = 100;
    const read: number[] = [];
    const { feedAfter } = store;
    store.feedAfter = (seq, limit) => {
      read.push(limit);
      return feedAfter(seq, limit);
    };
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.pause();
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(server, 'request');
    await ended[0];
    expect(read.reduce((sum, limit) => sum + limit, 0)).to.be.below(MANY);
    socket.resume();
    await closed;
  });

  it('sends a long way to catch up in order, whole, while others are served', async () => {
    const start = await store.feedEnd();
    const ids = Array.from({ length: 3_000 }, (_, logIndex) => ({ block: 2, logIndex }));
    await store.commitBlocks([block(2, ids.map(viewRow))], undoable);
    from = start;
    const late = await listenTo(url);
    from = undefined;
    const present = await listenTo(url);
    const other = report({ viewer: `0x${'ee'.repeat(20)}` });
    await book.recordReport(other);
    const told = `view.recorded ${other.ref}`;
    expect(await present.hear(1)).to.deep.equal([told]);
    const heard = await late.hear(ids.length + 1);
    expect(heard).to.deep.equal([...ids.map((id) => `view.recorded ${viewId(id)}`), told]);
    late.close();
    present.close();
  });

  it('reads the feed once for all who stand at its end', async () => {
    const listeners = await Promise.all(Array.from({ length: 50 }, () => listenTo(url)));
    let reads = 0;
    const { feedAfter } = store;
    store.feedAfter = (seq, limit) => {
      reads += 1;
      return feedAfter(seq, limit);
    };
    await book.recordReport(report());
    for (const each of listeners) expect(await each.hear(1)).to.have.length(1);
    expect(reads).to.be.at.most(2);
    for (const each of listeners) each.close();
  });

  it('asks no more of the store when nobody listens', async () => {
    const listener = await listenTo(url);
    listener.close();
    await ended[0];
    let asked = 0;
    const { feedEnd } = store;
    store.feedEnd = () => {
      asked += 1;
      return feedEnd();
    };
    tail.poll();
    expect(asked).to.equal(0);
  });

  it('goes on after the store has failed to answer for a while', async () => {
    const listener = await listenTo(url);
    const { feedEnd } = store;
    store.feedEnd = async () => {
      throw new Error('the database is gone');
    };
    await eventually(
      async () => warned.length,
      (count) => count > 0,
    );
    store.feedEnd = feedEnd;
    await book.recordReport(report());
    expect(await listener.hear(1)).to.have.length(1);
    listener.close();
  });
});
