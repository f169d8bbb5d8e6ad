import { useState } from 'react';
import type { Balance, Release } from '../../../../../client/index.ts';
import type { Content } from '../../../api/answers.ts';
import { useChain } from '../../../chain.tsx';
import { ActionButton } from '../../../components/form/action-button.tsx';
import { ErrorNotice } from '../../../components/notice.tsx';
import { type Action, useAction } from '../../../contract/action.ts';
import { isRefusedForGood } from '../../../playback/sale/relayed.ts';
import type { Sale } from '../../../playback/sale/sale.ts';
import { useWallet } from '../../../wallet/wallet.ts';
import { Rest } from './rest.tsx';

interface ByKeyProps {
  content: Content;
  sale: Sale;
  balance: Pick<Balance, 'deposit' | 'left' | 'withdrawableAtSec'>;
  again: () => void;
}

const TAKE = 'Take the rest back';
const NOT_WAITING = 'Not waiting: take it back by the wallet; it comes after the delay.';
const BACK = 'The rest is in your wallet.';
const PENDING: Readonly<Record<Release, string>> = {
  claiming: 'The provider takes what is due first …',
  sent: 'What is due is taken, and the rest is sent …',
  mined: 'The rest is in a block. Waiting until this host has seen it …',
};

/** The rest comes back at once, on the word of this browser's key; by the wallet where the host does not do that, or not yet. */
export function ByKey({ content, sale, balance, again }: ByKeyProps) {
  const { release, progress, isRefused, isAwaited } = useRelease({ content, sale, again });
  const { left, withdrawableAtSec } = balance;
  const { state, busy } = release;
  const isLeft = left > 0n && withdrawableAtSec === null;
  const isByKey = busy || (sale.isReleased && !isRefused && isLeft);
  return (
    <>
      {isByKey && (
        <ActionButton action={release} labels={{ pending: progress, done: BACK }} look="quiet">
          {TAKE}
        </ActionButton>
      )}
      {!isByKey && state.step === 'failed' && <ErrorNotice error={state.error} />}
      {isByKey && isAwaited && isLeft && <p className="small soft">{NOT_WAITING}</p>}
      {(!isByKey || isAwaited) && (
        <Rest
          {...{ content, sale, balance, again }}
          label={isByKey ? 'Take it back by the wallet' : TAKE}
          leave={sale.leave}
          collect={sale.collect}
        />
      )}
    </>
  );
}

function useRelease({ content, sale, again }: Omit<ByKeyProps, 'balance'>): {
  release: Action;
  progress: string;
  isRefused: boolean;
  /** It was tried, and is not back. */
  isAwaited: boolean;
} {
  const { chain_id: chainId } = useChain();
  const viewer = useWallet()?.address;
  const [progress, setProgress] = useState(
    'The provider is asked for it: your wallet has nothing to confirm …',
  );
  const [isRefused, setRefused] = useState(false);
  const release = useAction({
    key: `release:${content.contract}:${content.content_id}:${viewer}`.toLowerCase(),
    chainId,
    async perform(steps) {
      steps.pending();
      try {
        await sale.release((state) => {
          setProgress(PENDING[state]);
          setAwaited(true);
        });
        setAwaited(false);
      } catch (error) {
        setRefused(isRefusedForGood(error));
        setAwaited(true);
        throw error;
      }
      return undefined;
    },
    onDone: again,
  });
  // Who comes back to one that is under way has waited already.
  const [isAwaited, setAwaited] = useState(release.busy);
  return { release, progress, isRefused, isAwaited };
}
