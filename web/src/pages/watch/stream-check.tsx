import { Button } from '../../components/form/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { playsWith, type Verdict } from './serving.ts';

/** A payment is final, so the page looks before it what would play, and says what nobody has checked. */
export function StreamCheck({ verdict, again }: { verdict: Verdict; again: () => void }) {
  const isGood = ['checked', 'host', 'gate', 'gate-keys'].includes(verdict);
  return (
    <>
      <p className={`line check check-${isGood ? 'good' : 'warm'} small`} role="status">
        {verdict === 'checking' ? (
          <span className="spinner" aria-hidden="true" />
        ) : (
          <Icon name={isGood ? 'check' : 'warn'} />
        )}
        <span>{WORDS[verdict]}</span>
      </p>
      {verdict !== 'checking' && !playsWith(verdict) && (
        <Button look="quiet" onClick={again}>
          Look again
        </Button>
      )}
    </>
  );
}

const WORDS: Readonly<Record<Verdict, string>> = {
  checking: 'Checking whether the stream answers …',
  checked: 'It plays: this host serves the very file that the CID names.',
  unverified: 'The stream answers with a video. Not verified: nobody has compared it with the CID.',
  host: "The provider's stream does not answer; this host has a copy that plays.",
  gate: 'It plays once it is paid: this host serves the very file that the CID names.',
  'gate-keys': 'It plays once it is paid. Each key is compared with the CID as it comes.',
  'gate-unverified':
    'The provider plays it to who has paid. Not verified: nobody has compared its file with the CID.',
  differs: 'The provider asks for another payment than the chain says.',
  sold: 'The stream wants to be paid, but takes no payment for this listing.',
  codec:
    'This browser can not show it: it lacks the codec of this video. Another browser or device may have it.',
  silent: 'The stream does not answer with a video.',
};
