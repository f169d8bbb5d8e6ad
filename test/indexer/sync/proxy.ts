import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProxyCall {
  jsonrpc: '2.0';
  id: number;
  method: string;
  params: unknown[];
}

export interface ProxyAnswer {
  id: unknown;
  result?: unknown;
  error?: { code?: number; message: string; data?: unknown };
}

/** What came: one call, or a batch. */
export type ProxyBody = ProxyCall | ProxyCall[];

/**
 * Answers instead of the chain, or falsifies what it says.
 * @returns the JSON to answer; undefined where `response` was used (or is left hanging).
 */
export type Disturbance = (
  body: ProxyBody,
  ask: (body: ProxyBody) => Promise<unknown>,
  response: ServerResponse,
) => Promise<unknown>;

/** An HTTP endpoint in front of a chain, with a key in its address as vendors have it. */
export interface RpcProxy {
  url: string;
  /** Everything that came, in order. */
  readonly bodies: ProxyBody[];
  /** Replaces the one before; `null` for an honest endpoint. */
  disturb(next: Disturbance | null): void;
  /** Calls back before each answer. */
  onCall(listener: () => void): void;
  stop(): Promise<void>;
}

export const PROXY_KEY = 'a-key-that-nobody-may-see';

/** @param ask the chain behind it; where it can only be disturbed, none. */
export async function startProxy(
  ask: (body: ProxyBody) => Promise<unknown> = async () => null,
): Promise<RpcProxy> {
  const bodies: ProxyBody[] = [];
  let disturbance: Disturbance | null = null;
  let onCall = () => {};
  const server = createServer(async (request, response) => {
    try {
      const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as ProxyBody;
      bodies.push(body);
      onCall();
      const answer = await (disturbance ? disturbance(body, ask, response) : ask(body));
      if (answer !== undefined) response.end(JSON.stringify(answer));
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v3/${PROXY_KEY}`,
    bodies,
    disturb(next) {
      disturbance = next;
    },
    onCall(listener) {
      onCall = listener;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The chain at an address, as it answers. */
export function forwardTo(url: string): (body: ProxyBody) => Promise<unknown> {
  return async (body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return await answer.json();
  };
}
