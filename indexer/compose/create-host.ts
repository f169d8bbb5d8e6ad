import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { HostContract } from '../contract/stream-host.ts';
import { type AppDeps, createApp } from '../http/app.ts';
import { listen } from '../http/server/listen.ts';
import { createDisk } from '../lib/disk.ts';
import { createTokenBook } from '../tokens/token-metadata.ts';
import { openClaiming } from './claiming.ts';
import { announceHost } from './host-file.ts';
import { type HostOptions, openInfrastructure } from './infrastructure.ts';
import { openPackaging } from './packaging.ts';
import { openKeys, openListings, openOwnServing } from './serving.ts';
import { openSignIn } from './sign-in.ts';
import { openUploads } from './uploads.ts';
import { openChannelCalls, openWriting, relayFor } from './writing.ts';

export type Host = Awaited<ReturnType<typeof createHost>>;

/**
 * Puts a host together, the one place where that is done, and has it listen. If a part can't be opened, those before it
 * are closed.
 * @throws errors with a message for the person who starts it; see also start-errors.ts
 */
export async function createHost(config: Config, options: HostOptions) {
  await using parts = new AsyncDisposableStack();
  const infrastructure = await openInfrastructure(config, options, parts);
  const { network, chain, indexer, coins, descriptions } = infrastructure;
  const uploads = openUploads(infrastructure, parts);
  network.onBlock(() => indexer.notify());
  await indexer.start();
  // Stopped after the indexer, for which it may be waiting.
  parts.defer(uploads.start());
  parts.defer(() => indexer.stop());
  // The embedded chain is mirrored in a moment; a public one may take long, and /readyz tells how far it is.
  if (network.isEmbedded) await indexer.waitFor(await chain.head());

  const writing = parts.use(openWriting(infrastructure));
  const stopping = new AbortController();
  const contract = new HostContract(network.provider);
  const keys = await openKeys(infrastructure);
  const shared = { contract, signal: stopping.signal };
  const own = openOwnServing(infrastructure, writing, { ...shared, keys });
  const tokens = createTokenBook(network.rpc, { known: coins });
  const listings = openListings(infrastructure, { writer: writing.writer, contract, tokens, ...keys });
  const claimer = await openClaiming(infrastructure, { ...own, ...shared, ...writing, tokens });
  const { worker, staging } = uploads;
  const packaging = parts.use(
    await openPackaging(infrastructure, { ...keys, worker, listings, serving: own.serving, staging }),
  );
  const secret = randomBytes(32).toString('base64url');
  const deps: AppDeps = {
    ...infrastructure,
    contract,
    unitKeys: keys.unitKeys,
    operatorSecret: secret,
    config: { ...config, unsigned: network.unsigned !== null, relayFor: relayFor(config, network) },
    writer: writing.writer,
    ...own,
    ...openChannelCalls(infrastructure, writing, { ...own, contract, claimer }),
    claimNow: claimer?.claimNow ?? null,
    disk: createDisk(config.dataDir),
    signIn: await openSignIn(infrastructure),
    packaging: packaging.intake,
    resumable: packaging.resumable,
    ...{ staging, listings, tokens },
    stopping: stopping.signal,
  };
  const server = await listen(createApp(deps), config, connectionLimits(config));
  const { url, port } = server;
  parts.defer(() => server.close());
  parts.defer(own.startAt(url));
  parts.defer(packaging.start());
  if (claimer) parts.defer(claimer.start());
  network.servesPageAt(port);
  const { publicUrl = url, dataDir } = config;
  parts.defer(await announceHost(dataDir, { url, publicUrl, pid: process.pid, secret }));
  parts.defer(() => stopping.abort());
  const { expire } = uploads;
  const running = parts.move();
  const dispose = () => running.disposeAsync();
  return { url, chain: network, indexer, server, deps, descriptions, expire, [Symbol.asyncDispose]: dispose };
}

function connectionLimits({ maxConnections, maxConnectionsPerClient, trustedProxies }: Config) {
  const perClient = trustedProxies === 0 ? maxConnectionsPerClient : Number.POSITIVE_INFINITY;
  return { maxConnections, maxConnectionsPerClient: perClient };
}
