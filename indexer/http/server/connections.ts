import type { Socket } from 'node:net';
import { clientIp } from '../middleware/client-ip.ts';
import { createCounter } from '../middleware/counter.ts';

/** What a connection is taken for: every request, only whether the host is well, or nothing. */
export type Admission = 'all' | 'probes' | 'none';

export interface ConnectionLimits {
  /** Connections at once. */
  maxConnections: number;
  /** Of one address, of IPv6 of one /64. */
  maxConnectionsPerClient: number;
}

/** Kept free for those who watch over the host; each address may take two of them. */
export const PROBE_CONNECTIONS = 32;
const PROBES_PER_CLIENT = 2;

/** Counts the connections of a server, so that no address takes all of them and whether it is well can be asked always. */
export function createConnections({ maxConnections, maxConnectionsPerClient }: ConnectionLimits) {
  const all = createCounter();
  const probes = createCounter();

  function admission(client: string): Admission {
    if (all.total < maxConnections && all.of(client) < maxConnectionsPerClient) return 'all';
    if (probes.total < PROBE_CONNECTIONS && probes.of(client) < PROBES_PER_CLIENT) return 'probes';
    return 'none';
  }

  return {
    admit(socket: Socket): Admission {
      const client = clientIp({ ip: socket.remoteAddress ?? '' });
      const admitted = admission(client);
      if (admitted !== 'none') {
        const counter = admitted === 'all' ? all : probes;
        counter.countUntilClosed(client, socket);
      }
      return admitted;
    },
  };
}
