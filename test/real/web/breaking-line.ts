import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to a host that breaks, or stands still, when so much has gone to the host. */
export interface BreakingLine {
  url: string;
  /** Bytes that have gone to the host, so far. */
  sent(): number;
  /** After so many bytes more it does that, once. */
  next(bytes: number, what: 'breaks' | 'stands'): void;
  /** Resolves when it has done what was next. */
  done(): Promise<void>;
  /** All that stands is over, and nothing more breaks. */
  heal(): void;
  close(): Promise<void>;
}

export async function startBreakingLine(port: number): Promise<BreakingLine> {
  const open = new Set<Socket>();
  let sent = 0;
  let plan: { at: number; what: 'breaks' | 'stands'; done: PromiseWithResolvers<void> } | null = null;
  let isStanding = false;
  const cutAll = () => {
    for (const socket of open) socket.destroy();
  };
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    far.pipe(near);
    near.on('data', (bytes: Buffer) => {
      sent += bytes.length;
      if (!far.write(bytes)) {
        near.pause();
        far.once('drain', () => !isStanding && near.resume());
      }
      if (isStanding) near.pause();
      if (plan === null || sent < plan.at) return;
      const { what, done } = plan;
      plan = null;
      if (what === 'breaks') cutAll();
      else {
        isStanding = true;
        near.pause();
      }
      done.resolve();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let waiting = Promise.resolve();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: () => sent,
    next(bytes, what) {
      const done = Promise.withResolvers<void>();
      plan = { at: sent + bytes, what, done };
      waiting = done.promise;
    },
    done: () => waiting,
    heal() {
      isStanding = false;
      cutAll();
    },
    async close() {
      server.close();
      cutAll();
      await once(server, 'close');
    },
  };
}
