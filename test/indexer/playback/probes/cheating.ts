import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BaseWallet } from 'ethers';
import { type Receipt, signReceipt } from '../../../../indexer/playback/keys/receipts.ts';
import { hashOf } from '../../http/selling.ts';

/** What a provider's server answers. */
export interface Said {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}

type Told = Partial<Said> | 'silence' | null;

/** What it answers in place of the truth; `silence`: nothing, for ever. */
export type Lie = (path: string, truth: Said, req: IncomingMessage, body: Buffer) => Told | Promise<Told>;

export const HONEST: Lie = () => null;

/**
 * A real server of a provider that serves what an honest host does, in its own wallet's name, and lies as it likes.
 * @param honest the URL of the video at the honest host
 */
export async function startProvider(honest: string, wallet: string, lie: Lie) {
  let asked = 0;
  const server = createServer(async (req, res) => {
    asked += 1;
    const path = (req.url ?? '').replace(/^\/play\/[^/?]+/, '');
    const pieces: Buffer[] = [];
    for await (const piece of req) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const truth = inNameOf(wallet, await asking(honest + path, req, body));
    const said = await lie(path, truth, req, body);
    if (said === 'silence') return;
    const { status, headers, bytes } = { ...truth, ...said };
    res.writeHead(status, { ...headers, 'content-length': bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { pathname } = new URL(honest);
  return {
    /** What it registers. */
    url: `http://127.0.0.1:${port}${pathname}`,
    /** How many requests have come. */
    asked: () => asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function asking(url: string, req: IncomingMessage, body: Buffer): Promise<Said> {
  const { range, prefer, 'content-type': type } = req.headers;
  const headers = {
    ...(range && { range }),
    ...(prefer && { prefer: String(prefer) }),
    ...(type && { 'content-type': type }),
  };
  const method = req.method ?? 'GET';
  const answer = await fetch(url, { method, headers, ...(method === 'POST' && { body }) });
  const kept = ['content-type', 'content-range', 'payment-required'];
  return {
    status: answer.status,
    headers: Object.fromEntries(
      kept.flatMap((name) => (answer.headers.has(name) ? [[name, answer.headers.get(name) ?? '']] : [])),
    ),
    bytes: Buffer.from(await answer.arrayBuffer()),
  };
}

/** It asks to be paid itself. */
function inNameOf(wallet: string, said: Said): Said {
  return demanding(said, (way) => ({ ...way, extra: { ...Object(way.extra), provider: wallet } }));
}

/** The same with each way of paying changed. */
export function demanding(said: Said, change: (way: Record<string, unknown>) => object): Said {
  const header = said.headers['payment-required'];
  if (header === undefined) return said;
  const demand = JSON.parse(Buffer.from(header, 'base64').toString());
  const changed = { ...demand, accepts: demand.accepts.map(change) };
  const encoded = Buffer.from(JSON.stringify(changed)).toString('base64');
  return { ...said, headers: { ...said.headers, 'payment-required': encoded } };
}

/** Sells a key of its own, and signs for it where a receipt is asked for. */
export function sellingWrongKeys(
  signer: BaseWallet,
  { contentId, chainId, contract }: { contentId: string; chainId: number; contract: string },
): { lie: Lie; key: Buffer } {
  const key = Buffer.from('another key here');
  const lie: Lie = async (path, _truth, req, body) => {
    if (path !== '/keys' || req.method !== 'POST') return null;
    const [unit] = JSON.parse(String(body)).units;
    const given = { contentId, unit, keyHash: `0x${hashOf(key)}`, payer: signer.address };
    const at = { payment: `0x${'12'.repeat(32)}`, issuedAtSec: Math.floor(Date.now() / 1000) };
    const signed = await signReceipt(signer, { ...given, ...at }, { chainId, contract });
    const receipts = req.headers.prefer ? { [unit]: receiptJson(signed) } : undefined;
    const answer = { keys: { [unit]: key.toString('base64') }, receipts };
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      bytes: Buffer.from(JSON.stringify(answer)),
    };
  };
  return { lie, key };
}

/** As a seller shows it, but for its signature where that is left out. */
export function receiptJson({ contentId, keyHash, issuedAtSec, ...rest }: Receipt) {
  return { ...rest, content_id: contentId, key_hash: keyHash, issued_at_sec: issuedAtSec };
}
