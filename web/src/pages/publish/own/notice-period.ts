import { useEffect, useState } from 'react';
import { useChain } from '../../../chain.tsx';
import { useWallet } from '../../../wallet/wallet.ts';

/** `noticeSec()` */
const NOTICE_SEC = '0x85cb83a5';

/**
 * How long before they hold the contract has new terms announced, as it says itself.
 * @returns seconds; `undefined` before it has said so, and where the wallet is on another network
 */
export function useNoticeSec(contract: string): number | undefined {
  const { chain_id } = useChain();
  const wallet = useWallet();
  const [known, setKnown] = useState<number>();
  const provider = wallet?.chainId === chain_id ? wallet.provider : undefined;
  useEffect(() => {
    let isLeft = false;
    const call = { to: contract, data: NOTICE_SEC };
    provider?.request({ method: 'eth_call', params: [call, 'latest'] }).then(
      (said) => {
        const seconds = Number(said);
        if (!isLeft && Number.isSafeInteger(seconds) && seconds > 0) setKnown(seconds);
      },
      () => undefined, // it is told in words instead
    );
    return () => {
      isLeft = true;
    };
  }, [provider, contract]);
  return known;
}

const STEPS: [seconds: number, one: string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** 172800 → `2 days`; without a number, in words. */
export function periodText(seconds: number | undefined): string {
  if (seconds === undefined) return 'the notice of the contract';
  const [length, one] = STEPS.find(([step]) => seconds >= step) ?? [1, 'second'];
  const count = Math.round(seconds / length);
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
