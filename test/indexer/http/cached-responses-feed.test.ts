import { expect } from 'chai';
import express from 'express';
import { createCachedResponses } from '../../../indexer/http/cache/cached-responses.ts';
import { TAGS } from '../../../indexer/http/cache/invalidation.ts';
import { ResponseBody } from '../../../indexer/http/cache/response-body.ts';
import { listen } from '../../../indexer/http/server/listen.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import type { Store } from '../../../indexer/store/store.ts';
import * as sample from '../store/samples.ts';
import { CID, CREATOR } from './api.ts';

describe('createCachedResponses()', () => {
  const MANY = 1_500;
  let parts: AsyncDisposableStack;
  let store: Store;
  /** What is asked for, and how often each was made. */
  let answer: (tag: string) => Promise<number>;

  beforeEach(async () => {
    parts = new AsyncDisposableStack();
    store = parts.adopt(openSqliteStore({ path: ':memory:' }), (open) => open.close());
    const config = { responseCacheBytes: 1_000_000 };
    const chain = { onIndexed: () => undefined };
    const responses = createCachedResponses({
      store,
      chain,
      config,
      health: { onChanged: () => undefined },
      nowSec: () => 0,
    });
    const made: Record<string, number> = {};
    const app = express()
      .use(responses.serve({ headers: { flat: () => [] }, isMeant: () => true }))
      .get('/:tag', (req, res) =>
        responses.send(res, { tags: [req.params.tag] }, async () => {
          made[req.params.tag] = (made[req.params.tag] ?? 0) + 1;
          return new ResponseBody(Buffer.from(String(made[req.params.tag])));
        }),
      );
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    parts.defer(() => server.close());
    answer = async (tag) => Number(await (await fetch(`${server.url}/${encodeURIComponent(tag)}`)).text());
  });
  afterEach(() => parts.disposeAsync());

  it('makes everything anew after a backfill, of which the feed tells nothing in particular', async () => {
    expect([await answer('anything'), await answer('anything')]).to.deep.equal([1, 1]);
    await store.commitBlocks([sample.block(1, [sample.creditOf(CREATOR, 1n)])], { undoable: false });
    expect([await answer('anything'), await answer('anything')]).to.deep.equal([2, 2]);
  });

  it('makes nothing anew but what has changed, however much that was since anybody asked', async () => {
    const changed = [
      TAGS.views('cid', CID),
      TAGS.views('viewer', sample.VIEWER),
      TAGS.earnings(sample.CREATOR),
      // They tell how often a listing was watched.
      TAGS.contents,
      TAGS.content(CID),
    ];
    const others = [TAGS.views('cid', 'other'), TAGS.content('other'), TAGS.earnings(sample.VIEWER)];
    for (const tag of [...changed, ...others]) await answer(tag);
    const views = Array.from({ length: MANY }, (_, logIndex) => sample.viewRow({ block: 1, logIndex }));
    await store.commitBlocks([sample.block(1, views)], { undoable: true });
    for (const tag of changed) expect(await answer(tag), tag).to.equal(2);
    for (const tag of others) expect(await answer(tag), tag).to.equal(1);
  });
});
