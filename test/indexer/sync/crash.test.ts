import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { node, runChild } from '../../child.ts';
import { dump } from '../store/dump.ts';
import { busyDay, fork } from './story.ts';
import { startWorld, type World } from './world.ts';

describe('an indexer that is killed', () => {
  let world: World;
  let server: Server;
  let path: string;
  let folder: string;

  beforeEach(async () => {
    world = await startWorld();
    await busyDay(world);
    folder = mkdtempSync(join(tmpdir(), 'killed-'));
    path = join(folder, 'records.sqlite');
    server = serve(world).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await world.close();
    rmSync(folder, { recursive: true });
  });

  /** @returns the signal that ended the child, or its exit code. */
  async function run(keepBlocks: number, crashAt = ''): Promise<string | number> {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { address, startBlock } = world.contract;
    const head = await world.node.head();
    const words = node(
      join(import.meta.dirname, 'crash.child.ts'),
      url,
      path,
      address,
      startBlock,
      head,
      keepBlocks,
    );
    return (await runChild(words, { CRASH_AT: crashAt })).how;
  }

  for (const [way, keepBlocks, points] of [
    [
      'near the head',
      256,
      ['indexer.fetched', 'indexer.committed', 'indexer.fetched:2', 'indexer.committed:2'],
    ],
    ['in a backfill', 4, ['indexer.fetched:2', 'indexer.committed:2', 'indexer.fetched:3']],
  ] as const) {
    it(`${way}, at ${points.join(', ')}, loses and doubles nothing`, async () => {
      // Each life gets a little further than the one before and must be killed, not end.
      for (const point of points) {
        expect(await run(keepBlocks, point), point).to.equal('SIGKILL');
        await busyDay(world);
      }
      expect(await run(keepBlocks)).to.equal(0);
      expect(dump(path)).to.deep.equal(await world.fromScratch());
    });
  }

  it('and meets a reorganised chain when it comes back, follows it', async () => {
    const contentId = await world.publish('other');
    const snapshot = await world.node.send('evm_snapshot');
    await fork(world, contentId, 20, 1);
    expect(await run(256, 'indexer.committed:2')).to.equal('SIGKILL');
    await world.node.send('evm_revert', snapshot);
    await fork(world, contentId, 25, 2);
    expect(await run(256)).to.equal(0);
    expect(dump(path)).to.deep.equal(await world.fromScratch());
  });
});

/** The chain of this process over HTTP, for another process. */
function serve(world: World): Server {
  return createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const answer = async ({ id, method, params }: { id: number; method: string; params: unknown[] }) => ({
      jsonrpc: '2.0',
      id,
      ...(await world.node.provider.request({ method, params }).then(
        (result) => ({ result }),
        ({ code, message }) => ({ error: { code, message } }),
      )),
    });
    const answers = Array.isArray(body) ? await Promise.all(body.map(answer)) : await answer(body);
    response.end(JSON.stringify(answers));
  });
}
