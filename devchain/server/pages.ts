import { writeMethods } from '../methods/writes.ts';
import { type RpcCall, RpcError, type RpcProvider } from './rpc.ts';

/** Which pages may write to the development chain; any page may read it. */
export interface WritingPages {
  /** The host serves its own page there, under the names of this machine. */
  servedAt(port: number): void;
  include(origin: string): boolean;
}

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;
/** A person has installed them, wallets among them; no page can send their names. */
const EXTENSION = /^(chrome|moz|safari-web)-extension:$/;
/** EIP-1193: not authorised. */
const UNAUTHORIZED = 4100;

/** The host's own page, those that `CORS_ORIGINS` names, and extensions of the browser. */
export function createWritingPages(corsOrigins: readonly string[]): WritingPages {
  const ownPorts = new Set<number>();
  return {
    servedAt: (port) => void ownPorts.add(port),
    include(origin) {
      if (corsOrigins.includes('*') || corsOrigins.includes(origin)) return true;
      const url = URL.parse(origin);
      if (url === null) return false;
      if (EXTENSION.test(url.protocol)) return true;
      return url.protocol === 'http:' && LOOPBACK.test(url.hostname) && ownPorts.has(Number(url.port || 80));
    },
  };
}

/** What a node offers to anybody; traces, which take much memory, are not among it. */
const PUBLIC = /^(eth|net|web3|personal)_/;

/** The chain as a page of another site sees it. */
export function forReading(chain: RpcProvider, origin: string): RpcProvider {
  return {
    async request(call: RpcCall) {
      if (!writeMethods.has(call.method) && PUBLIC.test(call.method)) return await chain.request(call);
      throw new RpcError(
        UNAUTHORIZED,
        `Pages of ${origin.slice(0, 200)} may only read this chain: add it to CORS_ORIGINS.`,
      );
    },
  };
}
