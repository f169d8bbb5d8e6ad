import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can break: every connection through it is cut once so many bytes have come back. */
export class CutWire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Bytes that may still come back; `Infinity` for as many as there are. */
  left = Number.POSITIVE_INFINITY;

  private constructor(port: number) {
    this.#server = createServer((near) => this.#join(near, connect(port, '127.0.0.1')));
  }

  static async to(url: string): Promise<CutWire> {
    const wire = new CutWire(Number(new URL(url).port));
    await once(wire.#server.listen(0, '127.0.0.1'), 'listening');
    return wire;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket, far: Socket): void {
    const cut = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', cut).on('close', () => this.#sockets.delete(socket));
    }
    near.pipe(far);
    far.on('data', (bytes: Buffer) => {
      const part = bytes.subarray(0, this.left);
      this.left -= part.length;
      near.write(part, () => this.left <= 0 && cut());
    });
    far.on('end', () => near.end());
  }
}
