import { useState } from 'react';
import type { Content } from '../../../api/answers.ts';
import { untilIndexed } from '../../../api/indexed.ts';
import { coinName } from '../../../components/amount.ts';
import type { Action } from '../../../contract/action.ts';
import type { Coin } from '../../../contract/calls.ts';
import type { SendMode } from '../../../contract/send-mode.ts';
import { useWalletAction } from '../../../contract/use-write.ts';
import type { Means } from '../../../playback/sale/deposits.ts';
import { isRelayRefusal } from '../../../playback/sale/relayed.ts';

interface SaleWrite {
  /** What is done, and with which deposit where there are several. */
  name: string;
  content: Content;
  /** Whether the wallet only signs: the host sends it and pays the gas, or nothing is sent. */
  isSigned: boolean;
  /** Base units that it takes of the wallet. */
  amount?: bigint;
  onDone: () => void;
  perform: (means: Means) => Promise<unknown>;
}

export interface SaleAction extends Action {
  /** How it is done next. */
  by: SendMode;
  /** The host has refused to pay the gas: next time the wallet sends it. */
  isRefused: boolean;
}

/** What the wallet does for a deposit: it signs where the host sends that, until the host refuses; else it sends. */
export function useSaleAction({ amount = 0n, ...write }: SaleWrite): SaleAction {
  const { name, content, isSigned, onDone, perform } = write;
  const [isRefused, setRefused] = useState(false);
  const by = isSigned && !isRefused ? 'signature' : 'wallet';
  const what = `${name}:${content.contract}:${content.content_id}`;
  const action = useWalletAction({ what, onDone }, async (actor, steps) => {
    steps.wallet();
    const { requireTokens, signerOf } = await import('../../../contract/stream-host.ts');
    try {
      const wallet = await signerOf(actor.wallet, actor.chain, steps);
      const requireFunds = () => requireTokens(wallet, coinOf(content), amount);
      await perform({ wallet, by, requireFunds });
      // What the host has sent its records show already.
      if (by === 'wallet') await untilIndexed(await wallet.provider.getBlockNumber());
    } catch (error) {
      if (isRelayRefusal(error)) setRefused(true);
      throw error;
    }
    return undefined;
  });
  return { ...action, by, isRefused };
}

function coinOf(content: Content): Coin {
  return { token: content.token, symbol: coinName(content), decimals: content.token_decimals ?? 0 };
}
