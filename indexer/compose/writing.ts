import { CallCheck } from '../contract/calls/call-status.ts';
import { createWriter } from '../contract/calls/writer.ts';
import type { AppDeps } from '../http/deps.ts';
import { openRelay } from '../relay/open.ts';
import { exceptOwn, FREE_FOR_ALL, relayPolicy } from '../relay/policy.ts';
import type { OpenChain } from './chain/chain.ts';
import type { Infrastructure } from './infrastructure.ts';

export type OpenWriting = ReturnType<typeof openWriting>;

/** The ways onto the chain: by this host's own word on the embedded one, else by what wallets have signed. */
export function openWriting(infrastructure: Infrastructure) {
  const { config, network, store, counters, checkSignature, overrides } = infrastructure;
  const { operator: wallet, provider, unsigned, facts } = network;
  const check = new CallCheck({ provider, chainId: facts.chainId, checkSignature });
  const policy = unsigned
    ? FREE_FOR_ALL
    : exceptOwn(relayPolicy(config.relay, { store, counters }), [wallet?.address, config.providerWallet]);
  const { relayWaitMs: waitMs } = overrides;
  const relay = openRelay({ ...infrastructure, wallet, provider, check, records: store, policy, waitMs });
  const writer = createWriter({ contract: facts.contract, unsigned, relay, check });
  return { check, relay, writer, [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose]() };
}

/** Whose signed calls are submitted, as `GET /chain` says it. */
export function relayFor(
  { relay }: Infrastructure['config'],
  { unsigned, operator }: OpenChain,
): AppDeps['config']['relayFor'] {
  if (unsigned) return 'open';
  return operator === null ? 'off' : relay.mode;
}
