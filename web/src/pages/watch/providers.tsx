import type { Stream } from '../../api/answers.ts';
import { short } from '../../components/hash.tsx';
import { Icon } from '../../components/icon.tsx';
import type { Finding } from '../../player/probe.ts';
import type { Findings } from '../../player/use-findings.ts';
import { setQuery } from '../../router.tsx';
import { ownUrl, type Serving } from './serving.ts';

/** Who serves the video, and who of them answers: one is paid. The choice stands in the address. */
export function Providers({
  servings,
  chosen,
  found,
}: {
  servings: readonly Serving[];
  chosen: Stream;
  found: Findings;
}) {
  return (
    <fieldset className="options">
      <legend>Provider</legend>
      {servings.map((serving) => {
        const { content_distributor_wallet: wallet, stream_url } = serving.stream;
        const url = ownUrl(serving);
        return (
          <label key={wallet} className="option">
            <input
              type="radio"
              name="provider"
              value={wallet}
              checked={serving.stream === chosen}
              onChange={() => setQuery({ provider: wallet })}
            />
            <span>
              <code title={wallet}>{short(wallet)}</code>
              <span className="soft small block">at {URL.parse(stream_url)?.host ?? 'an unknown place'}</span>
            </span>
            <Answers finding={url === undefined ? 'silent' : found.get(url)} />
          </label>
        );
      })}
    </fieldset>
  );
}

function Answers({ finding }: { finding: Finding | undefined }) {
  if (finding === undefined) return null;
  const isGood = finding === 'plays';
  return (
    <span className={`check check-${isGood ? 'good' : 'warm'} option-end small`}>
      <Icon name={isGood ? 'check' : 'warn'} /> {isGood ? 'answers' : 'does not play'}
    </span>
  );
}
