import { CallCheck } from '../contract/calls/call-status.ts';
import { createWriter } from '../contract/calls/writer.ts';
import type { HostContract } from '../contract/stream-host.ts';
import type { AppDeps } from '../http/deps.ts';
import { KeyedMutex } from '../lib/locks/keyed-mutex.ts';
import { ChannelHead } from '../relay/channels/channel-head.ts';
import { depositMinimums } from '../relay/channels/coins.ts';
import { Deposits } from '../relay/channels/deposits.ts';
import { Exits } from '../relay/channels/exits.ts';
import { type Claimer, Releases } from '../relay/channels/releases.ts';
import { openRelay } from '../relay/open.ts';
import { exceptOwn, FREE_FOR_ALL, limitsOfViewers, type RelayLimits, relayPolicy } from '../relay/policy.ts';
import { createReadTokenDomain } from '../tokens/token-domain.ts';
import type { OpenChain } from './chain/chain.ts';
import type { Infrastructure } from './infrastructure.ts';

export type OpenWriting = ReturnType<typeof openWriting>;

/** The ways onto the chain: by this host's own word on the embedded one, else by what wallets have signed. */
export function openWriting(infrastructure: Infrastructure) {
  const { config, network, book, counters, checkSignature, overrides } = infrastructure;
  const { operator: wallet, provider, unsigned, facts } = network;
  const check = new CallCheck({ provider, chainId: facts.chainId, checkSignature });
  const policyOf = (limits: RelayLimits) =>
    unsigned
      ? FREE_FOR_ALL
      : exceptOwn(relayPolicy(limits, { book, counters }), [wallet?.address, config.providerWallet]);
  const policies = { policy: policyOf(config.relay), viewersPolicy: policyOf(limitsOfViewers(config.relay)) };
  const { relayWaitMs: waitMs } = overrides;
  const relay = openRelay({
    ...infrastructure,
    ...policies,
    wallet,
    provider,
    check,
    records: book,
    waitMs,
  });
  const writer = createWriter({ contract: facts.contract, unsigned, relay, check });
  return { check, relay, writer, [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose]() };
}

/** Deposits into this host's own channels and ways out of them, at the operator's gas. */
export function openChannelCalls(
  infrastructure: Infrastructure,
  { check, relay: { ofViewers: relay } }: OpenWriting,
  {
    provider,
    contract,
    claimer,
  }: { provider: AppDeps['provider']; contract: HostContract; claimer: Claimer | null },
) {
  const { config, network, coins, store, chain, log } = infrastructure;
  const { facts, rpc, unsigned } = network;
  const named = new Map(config.relay.depositMin);
  for (const token of named.keys()) {
    if (!coins.has(token))
      log.warn({ token }, 'RELAY_DEPOSIT_MIN names a coin that KNOWN_TOKENS does not: it has no effect');
  }
  const isFree = unsigned !== null;
  const deps = {
    ...infrastructure,
    ...{ check, relay, store, chain },
    providerWallet: provider?.wallet ?? null,
    minimums: depositMinimums({ named, known: coins, isFree }),
    domainOf: createReadTokenDomain(rpc, facts.chainId),
    contract,
    claimer,
    chainId: facts.chainId,
    head: new ChannelHead(network.provider),
    turns: new KeyedMutex(),
    writer: createWriter({ contract: facts.contract, unsigned, relay, check }),
  };
  const exits = new Exits(deps);
  return { deposits: new Deposits(deps), exits, releases: new Releases({ ...deps, exits }) };
}

/** Whose signed calls are submitted, as `GET /chain` says it. */
export function relayFor(
  { relay }: Infrastructure['config'],
  { unsigned, operator }: OpenChain,
): AppDeps['config']['relayFor'] {
  if (unsigned) return 'open';
  return operator === null ? 'off' : relay.mode;
}
