import { useChain } from '../chain.tsx';
import { createStoredValue, useStore } from '../lib/store.ts';

/** How a call gets on chain: the wallet sends it and pays the gas, or it signs and the host does both. */
export type SendMode = 'wallet' | 'signature';

const choice = createStoredValue<SendMode>('send-mode', 'wallet');

export const setSendMode = choice.set;

/** The person's last choice, as far as the host offers it. */
export function useSendMode(): SendMode {
  const { relay } = useChain();
  const chosen = useStore(choice);
  return chosen === 'signature' && relay !== 'off' ? 'signature' : 'wallet';
}
