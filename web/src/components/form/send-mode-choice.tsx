import { useChain } from '../../chain.tsx';
import { setSendMode, useSendMode } from '../../contract/send-mode.ts';
import { RadioRow } from './radio-row.tsx';

const MODES = [
  ['wallet', 'My wallet sends it', 'and pays the gas'],
  ['signature', 'I only sign', 'this host sends it and pays the gas'],
] as const;

/** Lets a person choose who sends the transaction; shown where the host offers to relay. */
export function SendModeChoice() {
  const { relay } = useChain();
  const chosen = useSendMode();
  if (relay === 'off') return null;
  return <RadioRow legend="How it gets on chain" options={MODES} chosen={chosen} onChoose={setSendMode} />;
}
