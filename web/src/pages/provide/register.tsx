import { useDeferredValue, useState } from 'react';
import type { Content, ListedContent } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { useChain } from '../../chain.tsx';
import { isFree, priceText } from '../../components/amount.ts';
import { ActionButton } from '../../components/form/action-button.tsx';
import { Button } from '../../components/form/button.tsx';
import { Field } from '../../components/form/field.tsx';
import { SendModeChoice } from '../../components/form/send-mode-choice.tsx';
import { Empty, ResourceView } from '../../components/states.tsx';
import { useListingWrite } from '../../contract/use-write.ts';
import { short } from '../../lib/short.ts';
import { useActsFor } from '../../playback/use-acts-for.ts';
import { setQuery, usePlace } from '../../router.tsx';
import { useWallet } from '../../wallet/wallet.ts';
import { useMediaForm } from '../watch/packaged/use-form.ts';
import { isServedBy } from '../watch/serve/command.ts';
import { LookNote } from './look-note.tsx';
import { urlError } from './stream-url.ts';
import { useLookFirst } from './use-look-first.ts';
import { WhatItTakes } from './what-it-takes.tsx';

const FOUND = 8;

/** Choosing a video, then registering a stream of it. What is chosen stands in the address. */
export function Register() {
  const { query } = usePlace();
  const [typed, setTyped] = useState('');
  const cid = query.get('cid') ?? '';
  const search = useDeferredValue(cid || typed);
  const found = useResource(host.contents({ search, limit: FOUND }), { keep: true });
  const id = query.get('id');
  return (
    <section className="panel stack-4">
      <h2>Serve a video</h2>
      <Field
        label="Which video"
        type="search"
        placeholder="Name or CID"
        value={cid || typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setQuery({ cid: '', id: '' });
        }}
      />
      <ResourceView resource={found}>
        {({ contents }) => {
          const served = contents.filter(({ retired }) => !retired);
          const chosen = served.find(({ content_id }) => content_id === id) ?? (cid ? served[0] : undefined);
          if (chosen) return <StreamForm key={chosen.content_id} content={chosen} />;
          return served.length === 0 ? <Empty title="No such video." /> : <Choices contents={served} />;
        }}
      </ResourceView>
    </section>
  );
}

function Choices({ contents }: { contents: readonly Content[] }) {
  return (
    <ul className="stack-2">
      {contents.map((content) => (
        <li key={content.content_id}>
          <button
            type="button"
            className="choice"
            onClick={() => setQuery({ cid: content.cid, id: content.content_id })}
          >
            <span className="wrap">{content.video_name}</span>
            <span className="soft small number">
              {isFree(content)
                ? 'Free'
                : `${content.provider_share} % of ${priceText(content)} a ${content.unit}`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const LABELS = {
  working: 'Looking whether it answers there …',
  done: 'Registered: viewers can choose you now.',
};

const WHAT_STANDS_THERE = {
  file: 'A file that plays by ranges.',
  packaged: 'The directory of its segments.',
  protected: 'Where your host sells its keys.',
};

function StreamForm({ content }: { content: ListedContent }) {
  const { open_gateway, provider_wallet, contract } = useChain();
  const wallet = useWallet();
  const { cid, content_id, video_name, content_creator_wallet } = content;
  const copy = host.fileUrl(cid);
  const isOperator = useActsFor(wallet, contract, provider_wallet);
  const streams = useResource(host.streamsOf(cid)).data?.streams;
  const form = useMediaForm(content, streams);
  const isProtected = form === 'protected';
  // Of a protected video a copy of its bytes is not for sale.
  const hasCopy = open_gateway && form !== undefined && !isProtected;
  const isServed = isServedBy(provider_wallet ?? '', streams ?? [], content);
  const [typed, setTyped] = useState<string>();
  // Only who runs this host has an address here.
  const url = typed ?? (hasCopy && isOperator ? copy : '');
  const error = urlError(url);
  const write = useListingWrite(content, { name: 'registerStream', args: [content_id, url] });
  const { action, ...found } = useLookFirst(content, url, write);
  return (
    <div className="stack-4">
      <p>
        <strong>{video_name}</strong>
        <span className="soft small block">
          by {short(content_creator_wallet)} · <code title={cid}>{short(cid, 10, 6)}</code>
        </span>
      </p>
      {streams && form !== undefined && (isOperator ? !isServed : isProtected) && (
        <WhatItTakes {...{ content, streams, isProtected, isOperator }} />
      )}
      <Field
        label="Address of your stream"
        type="url"
        placeholder="https://"
        value={url}
        onChange={({ target }) => setTyped(target.value)}
        error={url === '' ? undefined : error}
        hint={`${form ? WHAT_STANDS_THERE[form] : ''} Everybody can read it on chain.`.trimStart()}
      />
      {hasCopy && url !== copy && (
        <Button look="quiet" onClick={() => setTyped(copy)}>
          Use this host’s copy
        </Button>
      )}
      <SendModeChoice />
      {error === undefined && <LookNote {...found} label="Register it all the same" />}
      <ActionButton action={action} labels={LABELS} disabled={error !== undefined}>
        Register the stream
      </ActionButton>
    </div>
  );
}
