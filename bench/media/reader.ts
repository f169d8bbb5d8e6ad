import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';
/** What arrives is read into the same bytes and forgotten, so that the client costs next to nothing. */
const sink = Buffer.alloc(1024 ** 2);

export const GENERATOR = 'node:net, one buffer';

interface Reading {
  head: string;
  /** Bytes of the body that are still to come; none known before its head is whole. */
  left: number;
  /** Bytes of the body that nobody waits for. */
  unread: number;
  done: PromiseWithResolvers<void>;
}

/** One connection on which a file is asked for, again and again. */
export class Reader {
  readonly #url: URL;
  readonly #socket: Socket;
  #reading: Reading | null = null;

  private constructor(url: URL) {
    this.#url = url;
    const onBytes = (length: number, bytes: Uint8Array) => this.#take(Buffer.from(bytes.buffer, 0, length));
    this.#socket = connect({
      host: url.hostname,
      port: Number(url.port),
      onread: { buffer: sink, callback: (length, bytes) => onBytes(length, bytes) ?? true },
    });
    const lost = (error?: Error) => this.#reading?.done.reject(error ?? new Error(`${url} ended too early`));
    this.#socket.on('error', lost).on('close', () => lost());
  }

  static async connect(url: string): Promise<Reader> {
    const reader = new Reader(new URL(url));
    await once(reader.#socket, 'connect');
    return reader;
  }

  /**
   * @param range such as `0-99`; the whole file without.
   * @param bytes of the body that are waited for; all without.
   */
  async get(range?: string, bytes = Number.POSITIVE_INFINITY): Promise<void> {
    const { host, pathname } = this.#url;
    const done = Promise.withResolvers<void>();
    this.#reading = { head: '', left: 0, unread: bytes, done };
    const only = range === undefined ? '' : `Range: bytes=${range}\r\n`;
    this.#socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${only}\r\n`);
    await done.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    const reading = this.#reading;
    if (!reading) return;
    let length = bytes.length;
    if (reading.left === 0) {
      reading.head += bytes.toString('latin1');
      const end = reading.head.indexOf(HEAD_END);
      if (end < 0) return;
      const head = reading.head.slice(0, end);
      if (!/^HTTP\/1\.1 20[06] /.test(head)) reading.done.reject(new Error(`${this.#url}: ${head}`));
      const total = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
      length = reading.head.length - end - HEAD_END.length;
      reading.unread = total - Math.min(total, reading.unread);
      reading.left = total;
    }
    reading.left -= length;
    if (reading.left > reading.unread) return;
    this.#reading = null;
    reading.done.resolve();
  }
}
