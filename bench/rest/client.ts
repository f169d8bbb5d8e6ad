// A thread of load.ts where there is no wrk: requests over kept connections, one at a time on each, and no parsing of
// what is answered beyond its length.
import { connect } from 'node:net';
import { createHistogram } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import type { Requests, Told } from './requests.ts';

interface Task {
  url: string;
  requests: Requests;
  seconds: number;
  share: { nth: number; of: number; connections: number };
}

const { url, requests, seconds, share }: Task = workerData;
const { hostname, port, host } = new URL(url);
const { method, paths, body = '', countsFrom = 0 } = requests;
const HEAD_END = '\r\n\r\n';
const histogram = createHistogram();
const told = { answered: 0, failed: 0 };
let sent = share.nth;

function next(): Buffer {
  const path = paths[sent % paths.length];
  const text = body.replaceAll('%d', String(countsFrom - sent));
  sent += share.of;
  const type =
    text === '' ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n`;
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${type}\r\n${text}`);
}

function run(untilMs: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let sentAt = 0n;
    /** Bytes of the answer that are still to come; none known before its head is whole. */
    let left = 0;
    let head = '';
    const ask = () => {
      if (performance.now() >= untilMs) return socket.end();
      sentAt = process.hrtime.bigint();
      return socket.write(next());
    };
    socket.on('connect', ask);
    socket.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) {
        head += chunk.toString('latin1');
        const end = head.indexOf(HEAD_END);
        if (end < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        left = end + HEAD_END.length + length - head.length;
        if (!head.startsWith('HTTP/1.1 200')) told.failed += 1;
      }
      if (left > 0) return;
      histogram.record(process.hrtime.bigint() - sentAt || 1n);
      told.answered += 1;
      [left, head] = [0, ''];
      ask();
    });
    socket.on('error', () => {
      told.failed += 1;
    });
    socket.on('close', () => resolve());
  });
}

const untilMs = performance.now() + seconds * 1000;
await Promise.all(Array.from({ length: share.connections }, () => run(untilMs)));
parentPort?.postMessage({ ...told, histogram } satisfies Told);
