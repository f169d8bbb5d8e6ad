import { type ReactNode, useState } from 'react';
import type { Balance, Release } from '../../../../../client/index.ts';
import type { Content } from '../../../api/answers.ts';
import { useChain } from '../../../chain.tsx';
import { ActionButton } from '../../../components/form/action-button.tsx';
import { Icon } from '../../../components/icon.tsx';
import { ErrorNotice } from '../../../components/notice.tsx';
import { type Action, useAction } from '../../../contract/action.ts';
import { isRefusedForGood } from '../../../playback/sale/relayed.ts';
import type { Sale } from '../../../playback/sale/sale.ts';
import { useWallet } from '../../../wallet/wallet.ts';

interface ByKeyProps {
  content: Content;
  sale: Sale;
  balance: Pick<Balance, 'left' | 'withdrawableAtSec'>;
  again: () => void;
  /** The ways by the wallet. */
  children: ReactNode;
}

const BACK = 'The rest is in your wallet.';
const PENDING: Readonly<Record<Release, string>> = {
  claiming: 'The provider takes what is due first …',
  sent: 'What is due is taken, and the rest is sent …',
  mined: 'The rest is in a block. Waiting until this host has seen it …',
};

/** The rest comes back at once, on the word of this browser's key; by the wallet where the host does not do that. */
export function ByKey({ content, sale, balance, again, children }: ByKeyProps) {
  const { release, progress, isRefused } = useRelease({ content, sale, again });
  const { left, withdrawableAtSec } = balance;
  if (release.state.step === 'done' && left === 0n) {
    return (
      <p className="line check check-good small" role="status">
        <Icon name="check" /> {BACK}
      </p>
    );
  }
  const isLeft = left > 0n && withdrawableAtSec === null;
  if (!release.busy && (!sale.isReleased || isRefused || !isLeft)) {
    return (
      <>
        {release.state.step === 'failed' && <ErrorNotice error={release.state.error} />}
        {children}
      </>
    );
  }
  return (
    <ActionButton action={release} labels={{ pending: progress, done: BACK }} look="quiet">
      Take the rest back
    </ActionButton>
  );
}

function useRelease({ content, sale, again }: Pick<ByKeyProps, 'content' | 'sale' | 'again'>): {
  release: Action;
  progress: string;
  isRefused: boolean;
} {
  const { chain_id: chainId } = useChain();
  const viewer = useWallet()?.address;
  const [progress, setProgress] = useState('Asked for: your wallet need not confirm it …');
  const [isRefused, setRefused] = useState(false);
  const release = useAction({
    key: `release:${content.contract}:${content.content_id}:${viewer}`.toLowerCase(),
    chainId,
    async perform(steps) {
      steps.pending();
      try {
        await sale.release((state) => setProgress(PENDING[state]));
      } catch (error) {
        setRefused(isRefusedForGood(error));
        throw error;
      }
      return undefined;
    },
    onDone: again,
  });
  return { release, progress, isRefused };
}
