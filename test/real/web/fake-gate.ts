import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody who says 402 to everybody, and asks for whatever `header` says. */
export async function startFakeGate() {
  const gate = { url: '', header: '', posts: 0 };
  const server = createServer((request, response) => {
    if (request.method === 'POST') gate.posts += 1;
    response.writeHead(402, {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'content-type',
      'access-control-expose-headers': 'PAYMENT-REQUIRED',
      'payment-required': gate.header,
    });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  gate.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/play/film`;
  return Object.assign(gate, {
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
}
