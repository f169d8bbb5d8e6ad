import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';

/**
 * As many clients at a time as there are lists, each on a connection of its own, one request after the other. They speak
 * HTTP by hand: Node's own client needs half as long for a request as the host, on the core beside it.
 * @param bodies of each client, in the order in which it sends them
 * @returns how long each request took. @throws for any that is not answered 200
 */
export async function postedBy(
  url: string,
  bodies: readonly (readonly string[])[],
): Promise<{ tookMs: number[]; sec: number }> {
  const { hostname, port, pathname, host } = new URL(url);
  const requests = bodies.map((own) => own.map((body) => requestOf(host, pathname, body)));
  const sockets = requests.map(() => connect({ host: hostname, port: Number(port), noDelay: true }));
  await Promise.all(sockets.map(async (socket) => await once(socket, 'connect')));
  const start = performance.now();
  const took = await Promise.all(sockets.map((socket, nth) => sentBy(socket, requests[nth] ?? [])));
  const sec = (performance.now() - start) / 1e3;
  for (const socket of sockets) socket.destroy();
  return { tookMs: took.flat(), sec };
}

function requestOf(host: string, path: string, body: string): string {
  const type = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  return `POST ${path} HTTP/1.1\r\nHost: ${host}\r\n${type}${HEAD_END}${body}`;
}

function sentBy(socket: Socket, requests: readonly string[]): Promise<number[]> {
  const { promise, resolve, reject } = Promise.withResolvers<number[]>();
  const tookMs: number[] = [];
  let began = 0;
  let answer = '';
  const next = () => {
    const request = requests[tookMs.length];
    if (request === undefined) return resolve(tookMs);
    answer = '';
    began = performance.now();
    socket.write(request);
  };
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    answer += chunk;
    const head = answer.indexOf(HEAD_END);
    const length = Number(/content-length: (\d+)/i.exec(answer)?.[1]);
    if (head < 0 || answer.length < head + HEAD_END.length + length) return;
    tookMs.push(performance.now() - began);
    if (answer.startsWith('HTTP/1.1 200 ')) next();
    else reject(new Error(`answered ${answer}`));
  });
  socket.on('error', reject).on('close', () => reject(new Error(`the connection ended: ${answer}`)));
  next();
  return promise;
}
