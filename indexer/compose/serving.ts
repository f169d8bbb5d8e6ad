import type { HostContract } from '../contract/stream-host.ts';
import { type OpenServing, openServing } from '../playback/open-serving.ts';
import { createProvider, type Provider } from '../playback/provider.ts';
import type { Infrastructure } from './infrastructure.ts';
import type { OpenWriting } from './writing.ts';

export interface OwnServing extends OpenServing {
  /** `null` on a host that serves for nobody: without a key and without PROVIDER_WALLET. */
  provider: Provider | null;
  /** To be called once the host listens: its own address may be known only then. */
  listeningAt(url: string): void;
}

/** What this host sells, and for whom. @param signal ends all trying */
export function openOwnServing(
  infrastructure: Infrastructure,
  { check: callCheck, relay, writer }: OpenWriting,
  contract: HostContract,
  signal: AbortSignal,
): OwnServing {
  const { config, chain, facts, store, storage, log, nowSec, overrides } = infrastructure;
  const { publicUrl = (own: string) => config.publicUrl ?? own } = overrides;
  const earner = config.providerWallet ?? chain.operator?.address;
  let url = '';
  const provider = earner === undefined ? null : createProvider(earner, () => publicUrl(url));
  const opened = openServing({
    provider,
    wallet: chain.operator,
    writer,
    relay,
    store,
    storage,
    contract,
    chain: facts,
    callCheck,
    log,
    nowSec,
    signal,
  });
  return {
    ...opened,
    provider,
    listeningAt(own) {
      url = own;
    },
  };
}
