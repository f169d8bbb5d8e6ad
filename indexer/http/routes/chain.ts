import type { Context } from '../context.ts';
import { type Route, route } from '../routing/route.ts';
import { chainAnswer } from '../schemas/chain.ts';
import { ABI_PATH, abiRoute } from '../static/abi.ts';

/** What a wallet or a page has to know before it can act here. */
export function chainRoutes({ chain, config, provider }: Context): Route[] {
  const facts = route('get', '/chain', {
    tag: 'Chain',
    summary: 'Which chain and contract this host follows, and what it takes',
    answer: chainAnswer,
    handle: () => ({
      chain_id: chain.chainId,
      name: chain.name,
      contract: chain.contract,
      abi_url: ABI_PATH,
      rpc_url: chain.rpcUrl,
      unsigned: config.unsigned,
      open_gateway: config.unsigned || config.openGateway,
      relay: config.relayFor,
      provider_wallet: provider?.wallet ?? null,
      indexed_block: chain.status().indexed,
      max_upload_bytes: config.maxUploadBytes,
    }),
  });
  return [facts, abiRoute()];
}
