import { useChain } from '../chain.tsx';
import { short } from '../components/hash.tsx';
import type { Draft } from './draft.ts';

/** Whether this host serves the video from the moment it is published; shown where it serves for somebody. */
export function ServeChoice({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const { provider_wallet } = useChain();
  if (!provider_wallet) return null;
  return (
    <label className="option">
      <input
        type="checkbox"
        checked={draft.serve}
        onChange={({ target }) => change({ serve: target.checked })}
      />
      <span>
        Serve it from this host at once
        <span className="soft small block">
          Whoever pays can watch it. The provider’s part goes to{' '}
          <code title={provider_wallet}>{short(provider_wallet)}</code>, who registers the stream.
        </span>
      </span>
    </label>
  );
}
