import { toQuantity } from 'ethers';
import type { Rpc } from '../../../indexer/rpc/rpc.ts';

/** A chain as it was when a block was its newest; an endpoint that has not reached the block yet has none. */
export function chainUpTo(rpc: Rpc, last: number): Rpc {
  const newest = toQuantity(last);
  return {
    switchEndpoint: () => rpc.switchEndpoint?.(),
    async batch(calls, options) {
      const asked = calls.map(({ method, params }) => ({
        method,
        params: params.map((param) => (param === 'latest' ? newest : param)),
      }));
      const results = await rpc.batch(asked, options);
      return results.map((result, nth) => (calls[nth]?.method === 'eth_blockNumber' ? newest : result));
    },
  };
}
