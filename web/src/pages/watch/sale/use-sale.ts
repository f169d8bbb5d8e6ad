import { useEffect, useEffectEvent, useState } from 'react';
import type { Content, Stream } from '../../../api/answers.ts';
import { HOST } from '../../../api/http.ts';
import { useChain } from '../../../chain.tsx';
import { createStore, useStore } from '../../../lib/store.ts';
import { isReleased, relayedFrom } from '../../../playback/sale/relayed.ts';
import type { Sale } from '../../../playback/sale/sale.ts';
import { NOTHING_YET, type SaleState } from '../../../playback/sale/state.ts';
import { useWallet } from '../../../wallet/wallet.ts';
import { limitOf } from './limits.ts';

const NONE = createStore<SaleState>(NOTHING_YET);

/** What is known of a sale: `opening` until the provider's files are compared with the CID. */
export interface SaleView {
  state: SaleState;
  sale: Sale | undefined;
  opening: boolean;
  /** Why it is not sold by deposit. */
  problem: unknown;
}

/** Sells the keys of a protected video. @param stream of the provider, where it does; else nothing is opened */
export function useSale(content: Content, stream: Stream | undefined): SaleView {
  const chain = useChain();
  const [opened, setOpened] = useState<{ key: string; sale?: Sale; problem?: unknown }>();
  const viewer = useWallet()?.address;
  // What another wallet has put aside or paid is not this one's. Another price is asked for while it plays.
  const key = stream && `${stream.stream_url} ${stream.content_distributor_wallet} ${viewer}`;

  const open = useEffectEvent(async (of: Stream) => {
    const { openSale } = await import('../../../playback/sale/sale.ts');
    const { contract, content_distributor_wallet: provider } = of;
    const parties = { contract, provider, token: content.token };
    return await openSale({
      ...{ ...parties, viewer, chainId: chain.chain_id },
      ...{ relayedFrom: relayedFrom(chain, parties), isReleased: isReleased(chain, parties) },
      ...{ cid: of.cid, contentId: of.content_id, playUrl: of.stream_url },
      unitPrice: BigInt(content.price_base_units),
      limit: limitOf(content),
      host: HOST || location.origin,
    });
  });
  const begin = useEffectEvent(() => (stream ? open(stream) : undefined));
  useEffect(() => {
    if (key === undefined) return;
    let left = false;
    void begin()?.then(
      (sale) => !left && setOpened({ key, sale }),
      (problem: unknown) => !left && setOpened({ key, problem }),
    );
    return () => {
      left = true;
    };
  }, [key]);

  const current = opened !== undefined && opened.key === key ? opened : undefined;
  const state = useStore(current?.sale?.state ?? NONE);
  return {
    ...{ state, sale: current?.sale, problem: current?.problem },
    opening: key !== undefined && current === undefined,
  };
}
