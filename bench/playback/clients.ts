import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * As many clients at a time as there are lists, each on a connection of its own, one request after the other.
 * @param bodies of each client, in the order in which it sends them
 * @returns how long each request took. @throws for any that is not answered 200
 */
export async function postedBy(
  url: string,
  bodies: readonly (readonly string[])[],
): Promise<{ tookMs: number[]; sec: number }> {
  const tookMs: number[] = [];
  const start = performance.now();
  await Promise.all(
    bodies.map(async (own) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (const body of own) {
        const began = performance.now();
        const { statusCode, answer } = await post(url, body, agent);
        tookMs.push(performance.now() - began);
        if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}: ${answer}`);
      }
      agent.destroy();
    }),
  );
  return { tookMs, sec: (performance.now() - start) / 1e3 };
}

async function post(url: string, body: string, agent: Agent) {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const req = request(url, { method: 'POST', agent, headers });
  req.end(body);
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  return { statusCode: res.statusCode, answer: await text(res) };
}
