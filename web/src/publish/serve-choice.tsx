import { useChain } from '../chain.tsx';
import { short } from '../lib/short.ts';

interface ServeChoiceProps {
  serve: boolean;
  onChange: (serve: boolean) => void;
  hint: string;
}

/** Whether this host serves the video from the moment it is published; shown where it serves for somebody. */
export function ServeChoice({ serve, onChange, hint }: ServeChoiceProps) {
  const { provider_wallet } = useChain();
  if (!provider_wallet) return null;
  return (
    <label className="option">
      <input type="checkbox" checked={serve} onChange={({ target }) => onChange(target.checked)} />
      <span>
        Serve it from this host at once
        <span className="soft small block">
          {hint} The provider’s part goes to <code title={provider_wallet}>{short(provider_wallet)}</code>,
          who registers the stream.
        </span>
      </span>
    </label>
  );
}
