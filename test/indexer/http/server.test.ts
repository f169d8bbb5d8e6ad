import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import { CannotListen, listen } from '../../../indexer/http/server/listen.ts';

const HERE = { host: '127.0.0.1', port: 0 };

describe('listen()', () => {
  const failure = (address: { host: string; port: number }) =>
    listen(express(), address).then(
      () => expect.fail('it listens'),
      (error: unknown) => error,
    );

  it('says in one line that the port is taken and which variable names it', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    try {
      const error = await failure({ host: '127.0.0.1', port });
      expect(error).to.be.instanceOf(CannotListen).with.property('variable', 'PORT');
      expect(String(error)).to.contain(`Port ${port} on 127.0.0.1 is taken: set PORT`);
    } finally {
      holder.close();
    }
  });

  it('says that the machine does not have the address', async () => {
    const error = await failure({ host: '192.0.2.1', port: 0 });
    expect(error).to.be.instanceOf(CannotListen).with.property('variable', 'HOST');
  });

  it('takes a free port for 0 and tells its URL', async () => {
    const app = express().get('/', (_req, res) => void res.send('here'));
    const server = await listen(app, HERE);
    expect(await (await fetch(server.url)).text()).to.equal('here');
    expect(server.url).to.equal(`http://127.0.0.1:${server.port}`);
    await server.close();
  });

  describe('close()', () => {
    const closing = async (server: Awaited<ReturnType<typeof listen>>) => {
      const start = performance.now();
      await server.close();
      return performance.now() - start;
    };
    const refused = (url: string) =>
      fetch(url).then(
        () => false,
        () => true,
      );

    it('ends at once where connections are only kept alive', async () => {
      const server = await listen(
        express().get('/', (_req, res) => void res.send('')),
        HERE,
      );
      const agent = new Agent({ keepAlive: true });
      const response = once(request(server.url, { agent }).end(), 'response');
      (await response)[0].resume();
      expect(await closing(server)).to.be.below(500);
      expect(await refused(server.url)).to.equal(true);
      agent.destroy();
    });

    it('lets an answer that is under way end, and no further request in', async () => {
      const asked = Promise.withResolvers<() => void>();
      const app = express().get('/', (_req, res) => asked.resolve(() => res.send('whole')));
      const server = await listen(app, HERE);
      const agent = new Agent({ keepAlive: true });
      const response = once(request(server.url, { agent }).end(), 'response');
      const answer = await asked.promise;
      const closed = closing(server);
      expect(await refused(server.url)).to.equal(true);
      answer();
      const [message] = await response;
      expect(Buffer.concat(await message.toArray()).toString()).to.equal('whole');
      expect(await closed).to.be.below(900);
      agent.destroy();
    });

    for (const [stopGraceSec, mostMs] of [
      [1, 2_000],
      [0, 500],
    ] as const) {
      it(`cuts off what never ends, within ${mostMs} ms`, async () => {
        const asked = Promise.withResolvers<void>();
        const app = express().post('/', (req) => {
          req.resume();
          asked.resolve();
        });
        const server = await listen(app, { ...HERE, stopGraceSec });
        const socket = connect(server.port, '127.0.0.1');
        socket.on('error', () => undefined);
        socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nhalf');
        await asked.promise;
        const gone = once(socket, 'close');
        expect(await closing(server)).to.be.below(mostMs);
        await gone;
      });
    }

    it('may be called twice', async () => {
      const server = await listen(express(), HERE);
      await Promise.all([server.close(), server.close()]);
    });
  });
});
