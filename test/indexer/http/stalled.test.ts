import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { PIECE_BYTES } from '../../../indexer/media/hashing/pieces.ts';
import { until } from '../sync/until.ts';
import type { Held } from './stalled-server.ts';

const READERS = 100;
const MAX_BYTES = 64_000;
const DEADLINE_MS = 40_000;

describe('many readers of /ipfs who take nothing', () => {
  let host: ChildProcess;
  let url: URL;
  const readers: Socket[] = [];

  before(async () => {
    const script = join(import.meta.dirname, 'stalled-server.ts');
    host = fork(script, { execArgv: ['--expose-gc'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const [ready] = (await once(host, 'message')) as [{ url: string }];
    url = new URL(ready.url);
  });
  after(async () => {
    for (const reader of readers) reader.destroy();
    const gone = once(host, 'exit');
    host.disconnect();
    await gone;
  });

  /** @param collected after a garbage collection */
  async function held(collected: boolean): Promise<Held> {
    const answered = once(host, 'message');
    host.send(collected);
    return (await answered)[0];
  }

  /** Asks for the file, and never reads of the connection. */
  async function stalled(): Promise<void> {
    const reader = connect(Number(url.port), url.hostname).pause();
    readers.push(reader);
    await once(reader, 'connect');
    reader.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`);
  }

  async function joinedBy(count: number): Promise<Held> {
    const before = readers.length;
    await Promise.all(Array.from({ length: count }, stalled));
    await until(
      'all have stopped',
      async () => {
        const { unsent, open } = await held(false);
        return unsent.length === before + count && unsent.every((bytes) => bytes > 0) && open === 0;
      },
      DEADLINE_MS,
    );
    return await held(true);
  }

  it(`cost less than ${MAX_BYTES} bytes each, and no open file`, async () => {
    const few = await joinedBy(READERS / 10);
    const many = await joinedBy(READERS);
    expect(Math.max(...many.unsent)).to.be.at.most(PIECE_BYTES);
    const beside = (many.heapBytes - few.heapBytes) / READERS;
    expect(PIECE_BYTES + beside).to.be.below(MAX_BYTES);
  });
});
