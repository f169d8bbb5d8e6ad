import type { HostContract } from '../contract/stream-host.ts';
import { createProvider } from '../playback/provider.ts';
import { Serving } from '../playback/serving.ts';
import { Listings } from '../publishing/listing.ts';
import type { ListingDeps } from '../publishing/publication.ts';
import type { Infrastructure } from './infrastructure.ts';
import type { OpenWriting } from './writing.ts';

/** What this host sells, and for whom. @param signal ends all trying */
export function openOwnServing(
  infrastructure: Infrastructure,
  { check: callCheck, relay, writer }: OpenWriting,
  contract: HostContract,
  signal: AbortSignal,
) {
  const { config, network, overrides } = infrastructure;
  const { publicUrl = (own: string) => config.publicUrl ?? own } = overrides;
  const { operator: wallet } = network;
  const earner = config.providerWallet ?? wallet?.address;
  let url = '';
  const provider = earner === undefined ? null : createProvider(earner, () => publicUrl(url));
  const deps = { ...infrastructure, provider, wallet, writer, relay, contract, callCheck, signal };
  const serving = new Serving(deps);
  return {
    /** `null` on a host that serves for nobody: without a key and without PROVIDER_WALLET. */
    provider,
    serving,
    /** To be called once the host listens: its own address may be known only then. @returns what ends it. */
    startAt(own: string) {
      url = own;
      return serving.start();
    },
  };
}

/** What creators put on chain through this host. */
export function openListings(
  { chain, store }: Infrastructure,
  { contract, ...rest }: Pick<ListingDeps, 'writer' | 'tokens'> & { contract: HostContract },
): Listings {
  const termsInForce: typeof contract.termsInForce = (at, contentId) => contract.termsInForce(at, contentId);
  return new Listings({ ...rest, store, chain: { ...chain, termsInForce } });
}
