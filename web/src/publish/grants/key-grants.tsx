import { useState } from 'react';
import type { Content, KeyGrants as Known } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { ActionButton } from '../../components/form/action-button.tsx';
import { Button } from '../../components/form/button.tsx';
import { Field } from '../../components/form/field.tsx';
import { RadioRow } from '../../components/form/radio-row.tsx';
import { Hash } from '../../components/hash.tsx';
import { Notice } from '../../components/notice.tsx';
import { Time } from '../../components/time.tsx';
import { short } from '../../lib/short.ts';
import { PERIODS, type Period, placesOf, providerIn } from './key-grant.ts';
import { useKeyGrants } from './use-key-grants.ts';

const SHOW_LABELS = {
  working: 'Asking the host …',
  wallet: 'Sign in with your wallet: the list is for its creator alone.',
  done: 'This is what the host knows now.',
};
const GRANT_LABELS = {
  working: 'Bringing it to the host …',
  wallet: 'Sign the grant in your wallet. It sends nothing and costs nothing.',
  done: 'Granted: it gets the keys here from now on.',
};

/** Who asks for the keys of a video, who was granted them, and granting them. */
export function KeyGrants({ content }: { content: Content }) {
  const [typed, setTyped] = useState('');
  const [period, setPeriod] = useState<Period>('365');
  const provider = providerIn(typed);
  const { known, show, grant } = useKeyGrants(content, provider, period, () => setTyped(''));
  return (
    <div className="stack-4">
      <p className="soft">Other providers can sell this video once you have granted them its keys.</p>
      {known && <Asked known={known} choose={setTyped} />}
      {known && <Granted known={known} />}
      <ActionButton action={show} labels={SHOW_LABELS} look="quiet">
        {known ? 'Look again' : 'Show who asks'}
      </ActionButton>
      <form className="stack-3" onSubmit={(event) => event.preventDefault()}>
        <Field
          label="Provider to grant the keys"
          placeholder="0x"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          error={typed === '' || provider ? undefined : 'This is not the address of a provider.'}
          hint="Also one that has not asked."
        />
        <RadioRow legend="For how long" options={PERIODS} chosen={period} onChoose={setPeriod} />
        <Notice tone="warm" title="A grant can't be taken back: grant as you would lend the master tape.">
          <p>A provider that claims too little of what it is paid, or sells off the books, costs you too.</p>
        </Notice>
        <ActionButton action={grant} labels={GRANT_LABELS} disabled={provider === undefined}>
          Grant the keys
        </ActionButton>
      </form>
    </div>
  );
}

function Asked({ known: { requests }, choose }: { known: Known; choose: (provider: string) => void }) {
  if (requests.length === 0) return <p>Nobody asks for them now.</p>;
  return (
    <section className="stack-2">
      <h4>Who asks</h4>
      <ul className="stack-2">
        {requests.map(({ provider, asked_at_sec }) => (
          <li key={provider} className="stack-1">
            <Hash text={provider} head={42} />
            <p className="soft">
              asked <Time iso={isoOf(asked_at_sec)} />
            </p>
            <ServesAt provider={provider} />
            <Button look="quiet" onClick={() => choose(provider)}>
              Choose {short(provider)}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Whose a wallet is can be known by the hosts that it has put on chain for other videos. */
function ServesAt({ provider }: { provider: string }) {
  const { data } = useResource(host.streamsBy(provider));
  if (!data) return null;
  const places = placesOf(data.streams);
  if (places.length === 0) return <p className="soft">It serves nothing yet: it has no address on chain.</p>;
  return (
    <div className="soft">
      serves other videos at
      <ul className="stack-1">
        {places.map((place) => (
          <li key={place}>
            <Hash text={place} head={64} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Granted({ known: { grants } }: { known: Known }) {
  if (grants.length === 0) return <p>You have granted them to nobody.</p>;
  return (
    <section className="stack-2">
      <h4>Who was granted them</h4>
      <ul className="stack-2">
        {grants.map(({ provider, expires_at_sec, given_at_sec }) => (
          <li key={provider} className="stack-1">
            <Hash text={provider} head={42} />
            <p className="soft">
              until <Time iso={isoOf(expires_at_sec)} />,{' '}
              {given_at_sec === null ? (
                'has not had them from this host yet'
              ) : (
                <>
                  last had them from this host <Time iso={isoOf(given_at_sec)} />
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function isoOf(sec: number): string {
  return new Date(sec * 1000).toISOString();
}
