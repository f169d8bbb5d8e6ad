import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { HostContract } from '../contract/stream-host.ts';
import { type AppDeps, createApp } from '../http/app.ts';
import { listen } from '../http/server/listen.ts';
import { createDisk } from '../lib/disk.ts';
import { createTokenBook } from '../tokens/token-metadata.ts';
import { announceHost } from './host-file.ts';
import { type HostOptions, openInfrastructure } from './infrastructure.ts';
import { openOwnServing } from './serving.ts';
import { openSignIn } from './sign-in.ts';
import { openUploads } from './uploads.ts';
import { openWriting, relayFor } from './writing.ts';

export type Host = Awaited<ReturnType<typeof createHost>>;

/**
 * Puts a host together, the one place where that is done, and has it listen. If a part can't be opened, those before it
 * are closed.
 * @throws errors with a message for the person who starts it; see also start-errors.ts
 */
export async function createHost(config: Config, options: HostOptions) {
  await using parts = new AsyncDisposableStack();
  const infrastructure = await openInfrastructure(config, options, parts);
  const { chain, facts, indexer, coins, store, storage, live, counters, log, nowSec } = infrastructure;
  const uploads = openUploads(infrastructure);
  chain.onBlock(() => indexer.notify());
  await indexer.start();
  // Stopped after the indexer, for which it may be waiting.
  parts.defer(uploads.start());
  parts.defer(() => indexer.stop());
  // The embedded chain is mirrored in a moment; a public one may take long, and /readyz tells how far it is.
  if (chain.isEmbedded) await indexer.waitFor(await facts.head());

  const writing = parts.use(openWriting(infrastructure));
  const stopping = new AbortController();
  const contract = new HostContract(chain.provider);
  const own = openOwnServing(infrastructure, writing, contract, stopping.signal);
  const secret = randomBytes(32).toString('base64url');
  const deps: AppDeps = {
    store,
    live,
    counters,
    storage,
    chain: facts,
    contract,
    log,
    nowSec,
    operatorSecret: secret,
    config: { ...config, unsigned: chain.unsigned !== null, relayFor: relayFor(config, chain) },
    writer: writing.writer,
    provider: own.provider,
    serving: own.serving,
    checkSignature: infrastructure.checkSignature,
    disk: createDisk(config.dataDir),
    signIn: await openSignIn(infrastructure),
    staging: uploads.staging,
    tokens: createTokenBook(chain.rpc, { known: coins }),
    stopping: stopping.signal,
  };
  const server = await listen(createApp(deps), config, connectionLimits(config));
  const { url, port } = server;
  own.listeningAt(url);
  parts.defer(() => server.close());
  parts.defer(own.start());
  chain.servesPageAt(port);
  const { publicUrl = url, dataDir } = config;
  parts.defer(await announceHost(dataDir, { url, publicUrl, pid: process.pid, secret }));
  parts.defer(() => stopping.abort());
  const { descriptions } = infrastructure;
  const running = parts.move();
  const dispose = () => running.disposeAsync();
  return {
    url,
    chain,
    indexer,
    server,
    deps,
    descriptions,
    expire: uploads.expire,
    [Symbol.asyncDispose]: dispose,
  };
}

function connectionLimits({ maxConnections, maxConnectionsPerClient, trustedProxies }: Config) {
  const perClient = trustedProxies === 0 ? maxConnectionsPerClient : Number.POSITIVE_INFINITY;
  return { maxConnections, maxConnectionsPerClient: perClient };
}
