import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { type Directory, keyOf, packaged } from '../packager/packaged.ts';
import { runFile } from './ffmpeg-sources.ts';

const PREVIEW_SEC = 12;

/** Expects a file to decode to the same pictures when it is packaged. */
export async function sameFrames(source: string): Promise<void> {
  const bytes = new Uint8Array(await readFile(source));
  const directory = await packaged(bytes, { previewSec: PREVIEW_SEC });
  await withServer(directory, { keys: true }, async (url) => {
    const frames = await framesOf(`${url}/master.m3u8`);
    expect(frames.length).to.be.greaterThan(200);
    expect(frames).to.deep.equal(await framesOf(source));
  });
}

/** A hash of each picture, in the order in which they are shown. */
export async function framesOf(input: string): Promise<string[]> {
  const picture = ['-map', '0:v:0', '-fps_mode', 'passthrough'];
  const args = ['-v', 'error', '-xerror', '-i', input, ...picture, '-f', 'framehash', '-'];
  const { stdout } = await runFile('ffmpeg', args, { maxBuffer: 64 * 1024 * 1024 });
  return hashesIn(stdout);
}

/** When each picture is shown, after the first, in seconds. */
export async function timesOf(input: string): Promise<number[]> {
  const entries = ['-select_streams', 'v:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0'];
  const { stdout } = await runFile('ffprobe', ['-v', 'error', ...entries, input], {
    maxBuffer: 64 * 1024 ** 2,
  });
  const times = stdout.split('\n').flatMap((line) => (line === '' ? [] : [Number.parseFloat(line)]));
  times.sort((a, b) => a - b);
  return times.map((time) => time - (times[0] ?? 0));
}

export function hashesIn(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(',').at(-1)?.trim() ?? '');
}

/** Serves a directory, and the keys where they are given; else they are not paid for. */
export async function withServer(
  directory: Directory,
  { keys }: { keys: boolean },
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').slice(1);
    const [, unit] = /^keys\/(\d+)$/.exec(path) ?? [];
    const body = unit === undefined ? directory.get(path) : keys ? keyOf(unit) : undefined;
    response.writeHead(body === undefined ? 402 : 200).end(body);
  });
  try {
    await use(await listening(server));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
