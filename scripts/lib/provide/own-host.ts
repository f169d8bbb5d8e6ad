import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type RunningHost, runningHost } from '../../../indexer/compose/host-file.ts';
import type { Config } from '../../../indexer/config/config.ts';
import { CAR_TYPE } from '../../../indexer/http/gateway/representation.ts';
import { pollUntil } from '../../../indexer/lib/poll-until.ts';
import { CliError } from '../cli.ts';
import type { Source } from './file-source.ts';
import type { Which } from './options.ts';

export interface HostAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** What is sent as JSON. */
export interface Json {
  json: object;
}

/** The host of a DATA_DIR, as its operator calls it. */
export interface OwnHost extends AsyncDisposable {
  /** A call of the operator. @throws {CliError} where the host does not answer, or the source breaks off */
  call(method: string, path: string, body?: Source | Json): Promise<HostAnswer>;
  /** It was started here; resolves when it ends, to its exit code. `null`: it ran before. */
  readonly ended: Promise<number> | null;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
const MAIN = join(ROOT, 'indexer', 'main.ts');
const POLL_MS = 50;
/** A host that hangs is none: the one that is started then says who has its port or its folder. */
const LOOK_TIMEOUT_MS = 10_000;

/** The one that runs; `null` where none does. */
export async function findOwnHost({
  dataDir,
}: Pick<Config, 'dataDir'>): Promise<Pick<OwnHost, 'call'> | null> {
  const running = await runningHost(dataDir);
  if (running === null || !(await answers(running))) return null;
  return { call: (...args) => callHost(running, ...args) };
}

/**
 * The one that runs, or else one that is started.
 * @param options.url where people are to reach it; `null`: as it is configured.
 * @throws {CliError}
 */
export async function openOwnHost(
  { dataDir }: Config,
  { url: publicUrl, takesOver }: Pick<Which, 'url' | 'takesOver'>,
): Promise<OwnHost> {
  const running = await runningHost(dataDir);
  if (running === null || !(await answers(running)))
    return await startHost(dataDir, publicUrl, takesOver ? ['--take-over'] : []);
  if (takesOver)
    throw new CliError(`--take-over is for the start of a host, and one runs on ${dataDir}: stop it first.`);
  if (publicUrl !== null && !isSame(publicUrl, running.publicUrl)) {
    throw new CliError(
      `The host that runs on ${dataDir} is at ${running.publicUrl} (PUBLIC_URL), not ${publicUrl}: stop it first, or leave out --url.`,
    );
  }
  return {
    call: (...args) => callHost(running, ...args),
    ended: null,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** As `npm start` has it. */
const HEAP = ['--max-semi-space-size=4', '--heap-growing-percent=50', '--expose-gc'];

async function startHost(dataDir: string, publicUrl: URL | null, args: string[]): Promise<OwnHost> {
  const env = { ...process.env, ...(publicUrl && { PUBLIC_URL: publicUrl.href }) };
  const child = spawn(process.execPath, [...HEAP, MAIN, ...args], {
    cwd: ROOT,
    env,
    // By the channel it sees when this process is gone, and ends.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => Number(code ?? 1));
  const stop = () => void child.kill('SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const host = await Promise.race([announced(dataDir, child.pid), ended]);
  if (host === null || typeof host === 'number') throw new CliError('The host did not start.');
  return {
    call: (...args) => callHost(host, ...args),
    ended,
    async [Symbol.asyncDispose]() {
      stop();
      await ended;
    },
  };
}

async function announced(dataDir: string, pid: number | undefined): Promise<RunningHost | null> {
  const look = async () => {
    const host = await runningHost(dataDir);
    return host?.pid === pid && host;
  };
  return await pollUntil(look, { everyMs: POLL_MS, ref: false });
}

/** Another program may have got the number of a host that was killed. */
async function answers({ url }: RunningHost): Promise<boolean> {
  return await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(LOOK_TIMEOUT_MS) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function callHost(
  { url, secret }: RunningHost,
  method: string,
  path: string,
  body?: Source | Json,
): Promise<HostAnswer> {
  const json = body && 'json' in body ? JSON.stringify(body.json) : undefined;
  const source = body && 'content' in body ? body : undefined;
  const headers = {
    authorization: `Bearer ${secret}`,
    ...(json !== undefined && { 'content-type': 'application/json' }),
    ...(source && { 'content-type': source.isArchive ? CAR_TYPE : 'application/octet-stream' }),
    ...(source?.sizeBytes !== undefined && { 'content-length': source.sizeBytes }),
  };
  const sent = request(url + path, { method, headers });
  sent.on('error', () => undefined); // whoever waits for the answer is told
  const answered = answerTo(sent);
  answered.catch(() => undefined);
  if (source) await delivered(source, sent, answered);
  else sent.end(json);
  return await answered.catch((cause: Error) => {
    throw new CliError(`The host at ${url} does not answer: ${cause.message}.`);
  });
}

async function answerTo(sent: ClientRequest): Promise<HostAnswer> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: (await json(response)) as HostAnswer['body'] };
}

/** An answer may come before the end of the body. Of a source that fails its own error is thrown, not what follows of it. */
async function delivered(
  { content, brokenOff }: Source,
  sent: ClientRequest,
  answered: Promise<HostAnswer>,
): Promise<void> {
  let isBroken = false;
  content.once('error', () => {
    isBroken = sent.errored === null; // else it was closed because the host is gone
  });
  await Promise.race([pipeline(content, sent), answered]).catch(() => undefined);
  if (isBroken) throw new CliError(brokenOff);
  content.destroy();
}

function isSame(one: URL, other: string): boolean {
  return one.href.replace(/\/+$/, '') === other.replace(/\/+$/, '');
}
