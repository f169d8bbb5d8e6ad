import { useState } from 'react';
import type { Content, Stream } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { ActionButton } from '../../components/form/action-button.tsx';
import { Field } from '../../components/form/field.tsx';
import { short } from '../../components/hash.tsx';
import { Empty, Known } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { deregistration, registration } from '../../contract/requests.ts';
import { useSignableWrite } from '../../contract/use-write.ts';
import { Link } from '../../router.tsx';
import { useWallet } from '../../wallet/wallet.ts';
import { urlFault } from './stream-url.ts';

/** What the wallet serves; changing where, and ending it. */
export function OwnStreams() {
  const wallet = useWallet();
  const address = wallet?.address;
  const own = useResource(address ? host.streamsBy(address) : null);
  return (
    <section className="stack-3">
      <h2>Your streams</h2>
      {!address && <Empty title="Connect a wallet to see what it serves." />}
      {address && (
        <Known resource={own}>
          {({ streams }) =>
            streams.length === 0 ? (
              <Empty title="Nothing yet." />
            ) : (
              <ul className="stack-3">
                {streams.map((stream) => (
                  <OwnStream key={`${stream.contract} ${stream.content_id}`} stream={stream} />
                ))}
              </ul>
            )
          }
        </Known>
      )}
    </section>
  );
}

function OwnStream({ stream }: { stream: Stream }) {
  const { cid, content_id, contract, stream_url } = stream;
  const listings = useResource(host.listings(cid));
  const content = listings.data?.contents.find(
    (each) => each.content_id === content_id && each.contract === contract,
  );
  return (
    <li className="panel stack-3">
      <div>
        <h3>
          <Link href={`/watch/${encodeURIComponent(cid)}?id=${content_id}`}>
            {content?.video_name ?? short(cid, 10, 6)}
          </Link>
        </h3>
        <p className="small soft">
          since <Time iso={stream.registered_at} />
        </p>
      </div>
      <code className="small wrap">{stream_url}</code>
      {content && <Move key={stream_url} content={content} from={stream_url} />}
      {content && <End content={content} />}
    </li>
  );
}

const MOVE = {
  wallet: 'Confirm in your wallet.',
  pending: 'Sent. Waiting for the block that holds it …',
  done: 'Changed.',
};

function Move({ content, from }: { content: Content; from: string }) {
  const { contract, content_id } = content;
  const [url, setUrl] = useState(from);
  const fault = urlFault(url);
  const move = useSignableWrite({
    what: `move:${contract}:${content_id}`,
    contract,
    call: () => ({ name: 'updateStream', args: [content_id, url] }),
    request: (provider) => registration(content, provider, url),
  });
  return (
    <details>
      <summary>Change the address</summary>
      <form className="stack-2" onSubmit={(event) => event.preventDefault()}>
        <Field
          label="New address"
          type="url"
          value={url}
          onChange={({ target }) => setUrl(target.value)}
          fault={fault}
        />
        <ActionButton action={move} words={MOVE} disabled={fault !== undefined || url === from}>
          Change it
        </ActionButton>
      </form>
    </details>
  );
}

const END = { ...MOVE, done: 'Ended.' };

function End({ content }: { content: Content }) {
  const { contract, content_id } = content;
  const end = useSignableWrite({
    what: `end:${contract}:${content_id}`,
    contract,
    call: () => ({ name: 'deregisterStream', args: [content_id] }),
    request: (provider) => deregistration(content, provider),
  });
  return (
    <ActionButton action={end} words={END} look="quiet">
      Stop serving
    </ActionButton>
  );
}
