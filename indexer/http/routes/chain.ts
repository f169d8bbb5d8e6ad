import { ZeroAddress } from 'ethers';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { AppDeps } from '../deps.ts';
import { type Route, route } from '../routing/route.ts';
import { chainAnswer } from '../schemas/chain.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';
import { coinFields } from '../serialize/serializer.ts';
import { ABI_PATH, abiRoute } from '../static/abi.ts';

/** What a wallet or a page has to know before it can act here. */
export function chainRoutes(context: Context): Route[] {
  const facts = route('get', '/chain', {
    tag: 'Chain',
    summary: 'Which chain and contract this host follows, and what it takes',
    answer: chainAnswer,
    handle: () => chainFacts(context),
  });
  return [facts, abiRoute()];
}

export async function chainFacts(deps: AppDeps): Promise<z.input<typeof chainAnswer>> {
  const { chain, config, provider } = deps;
  return {
    chain_id: chain.chainId,
    name: chain.name,
    contract: chain.contract,
    abi_url: ABI_PATH,
    rpc_url: chain.rpcUrl,
    unsigned: config.unsigned,
    open_gateway: config.unsigned || config.openGateway,
    relay: config.relayFor,
    relayed_deposits: await relayedDeposits(deps),
    ...(await relayedReleases(deps)),
    coins: await verifiedCoins(deps),
    provider_wallet: provider?.wallet ?? null,
    indexed_block: chain.status().indexed,
    max_upload_bytes: config.maxUploadBytes,
  };
}

/** A coin that the chain can't be asked about now is left out, and asked about again by the next call. */
async function verifiedCoins({ coins, tokens }: AppDeps) {
  const described = await Promise.allSettled([...coins.keys()].map((coin) => tokens.describe(coin)));
  return described.flatMap((each) => (each.status === 'fulfilled' ? [coinFields(each.value)] : []));
}

async function relayedReleases({ config, releases, deposits, elsewhere }: AppDeps) {
  const isOffered = config.relayFor !== 'off' && releases.isOffered && !(await elsewhere.keepsFromSelling());
  const coins = isOffered ? [...deposits.minimums.keys()].map(checksumAddress) : [];
  return { relayed_releases: coins.length > 0, released_coins: coins };
}

/** What nothing is sold for is not brought in. The native coin is not one that moves by signature. */
async function relayedDeposits({ config, provider, deposits, elsewhere }: AppDeps) {
  if (config.relayFor === 'off' || provider === null || (await elsewhere.keepsFromSelling())) return [];
  const tokens = [...deposits.minimums].filter(([coin]) => coin !== ZeroAddress);
  return tokens.map(([coin, least]) => ({ token: checksumAddress(coin), min_base_units: least.toString() }));
}
