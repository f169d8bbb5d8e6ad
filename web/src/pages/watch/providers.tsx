import type { Stream } from '../../api/answers.ts';
import { short } from '../../components/hash.tsx';
import { setQuery } from '../../router.tsx';

/** Who serves the video: one of them is paid. The choice stands in the address. */
export function Providers({ streams, chosen }: { streams: readonly Stream[]; chosen: Stream }) {
  return (
    <fieldset className="options">
      <legend>Provider</legend>
      {streams.map((stream) => {
        const { content_distributor_wallet: wallet, stream_url } = stream;
        return (
          <label key={wallet} className="option">
            <input
              type="radio"
              name="provider"
              value={wallet}
              checked={stream === chosen}
              onChange={() => setQuery({ provider: wallet })}
            />
            <span>
              <code title={wallet}>{short(wallet)}</code>
              <span className="soft small block">at {URL.parse(stream_url)?.host ?? 'an unknown place'}</span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
