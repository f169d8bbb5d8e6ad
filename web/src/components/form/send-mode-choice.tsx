import { useId } from 'react';
import { useChain } from '../../chain.tsx';
import { chooseWay, useWay, type Way } from '../../contract/send-mode.ts';

const WAYS: [way: Way, name: string, hint: string][] = [
  ['wallet', 'My wallet sends it', 'and pays the gas'],
  ['signature', 'I only sign', 'this host sends it and pays the gas'],
];

/** Who sends what one publishes or registers; shown where the host offers to. */
export function WayChoice() {
  const { relay } = useChain();
  const chosen = useWay();
  const group = useId();
  if (relay === 'off') return null;
  return (
    <fieldset className="ways">
      <legend className="out-of-sight">How it gets on chain</legend>
      {WAYS.map(([way, name, hint]) => (
        <label key={way} className="option">
          <input type="radio" name={group} checked={way === chosen} onChange={() => chooseWay(way)} />
          <span>
            {name}
            <span className="soft small block">{hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
