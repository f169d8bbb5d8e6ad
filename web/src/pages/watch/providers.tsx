import type { Stream } from '../../api/answers.ts';
import { Icon } from '../../components/icon.tsx';
import { short } from '../../lib/short.ts';
import { StreamHealth } from '../../playback/stream-health.tsx';
import { type Answer, answerWords, type ServedStream } from './serving.ts';

interface ProvidersProps {
  servings: readonly ServedStream[];
  chosen: Stream | undefined;
  /** Whether it is open to the wallet there. */
  isPaid: (serving: ServedStream) => boolean;
  /** Whether the stream broke while it played. */
  isLost: (provider: string) => boolean;
  choose: (provider: string) => void;
  /** By keys, which this browser keeps. */
  isSold: boolean;
}

/** Who serves the video, and who of them answers: one is paid. The choice stands in the address. */
export function Providers({ servings, chosen, isPaid, isLost, choose, isSold }: ProvidersProps) {
  return (
    <fieldset className="options stack-2">
      <legend>Who serves it</legend>
      {servings.map((serving) => {
        const { content_distributor_wallet: wallet, stream_url } = serving.stream;
        return (
          <label key={wallet} className="option">
            <input
              type="radio"
              name="provider"
              value={wallet}
              checked={serving.stream === chosen}
              onChange={() => choose(wallet)}
            />
            <span>
              <code title={wallet}>{short(wallet)}</code>
              <span className="soft small block">at {URL.parse(stream_url)?.host ?? 'an unknown place'}</span>
              <StreamHealth stream={serving.stream} />
            </span>
            <Answers answer={isLost(wallet) ? 'silent' : serving.answer} isPaid={isPaid(serving)} />
          </label>
        );
      })}
      {servings.length > 1 && (
        <p className="small soft">A click takes another one. {isSold ? KEPT : APART}</p>
      )}
    </fieldset>
  );
}

const APART = 'What is paid to one opens nothing at another.';
const KEPT =
  'Each is paid from a deposit of its own. What has opened stays open in this browser for a day, whoever was paid.';

function Answers({ answer, isPaid }: { answer: Answer | undefined; isPaid: boolean }) {
  const { tone, text } = answerWords(answer, isPaid);
  if (tone === 'plain') return <span className="option-end small soft">{text}</span>;
  return (
    <span className={`line check check-${tone} option-end small`}>
      <Icon name={tone === 'good' ? 'check' : 'warn'} /> {text}
    </span>
  );
}
