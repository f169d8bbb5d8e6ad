import { useState } from 'react';
import { type Content, isSameListing, type Stream } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { amountText } from '../../components/amount.ts';
import { ActionButton } from '../../components/form/action-button.tsx';
import { Field } from '../../components/form/field.tsx';
import { OwnList } from '../../components/own-list.tsx';
import { Time } from '../../components/time.tsx';
import { toDecimal } from '../../contract/money.ts';
import { useListingWrite } from '../../contract/use-write.ts';
import { short } from '../../lib/short.ts';
import { StreamHealth } from '../../playback/stream-health.tsx';
import { Link } from '../../router.tsx';
import { useWallet } from '../../wallet/wallet.ts';
import { type EarnedByContent, earnedBy } from '../earnings/earned.ts';
import { LookNote } from './look-note.tsx';
import { urlError } from './stream-url.ts';
import { useLookFirst } from './use-look-first.ts';

/** What the wallet serves; changing where, and ending it. */
export function OwnStreams() {
  const wallet = useWallet();
  const own = useResource(wallet && host.streamsBy(wallet.address));
  const { data: earned } = useResource(wallet && earnedBy(wallet.address));
  return (
    <OwnList
      title="Your streams"
      connectHint="Connect a wallet to see what it serves."
      resource={own}
      itemsOf={({ streams }) => streams}
    >
      {(stream) => (
        <OwnStream
          key={`${stream.contract} ${stream.content_id}`}
          stream={stream}
          earned={earned?.contents.filter((each) => each.role === 'provider' && isSameListing(each, stream))}
        />
      )}
    </OwnList>
  );
}

interface OwnStreamProps {
  stream: Stream;
  /** What it has brought in, in each coin; `undefined` until it is read. */
  earned: EarnedByContent[] | undefined;
}

function OwnStream({ stream, earned }: OwnStreamProps) {
  const { cid, content_id, stream_url } = stream;
  const listings = useResource(host.listings(cid));
  const content = listings.data?.contents.find((each) => isSameListing(each, stream));
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
        <StreamHealth stream={stream} />
        {earned && <p className="small soft number">{servedText(earned)}</p>}
      </div>
      <code className="small wrap">{stream_url}</code>
      {content && <Move key={stream_url} content={content} from={stream_url} />}
      {content && <End content={content} />}
    </li>
  );
}

function servedText(earned: readonly EarnedByContent[]): string {
  if (earned.length === 0) return 'Nothing sold on chain yet';
  const served = earned.map((each) => {
    const units = `${each.units} ${each.unit}${each.units === '1' ? '' : 's'}`;
    return `${units} for ${amountText(toDecimal(BigInt(each.amount_base_units), each.token_decimals ?? 0), each)}`;
  });
  return `Served ${served.join(', ')}`;
}

const LABELS = { working: 'Looking whether it answers there …', done: 'Changed.' };

function Move({ content, from }: { content: Content; from: string }) {
  const [url, setUrl] = useState(from);
  const error = urlError(url);
  const write = useListingWrite(content, { name: 'updateStream', args: [content.content_id, url] });
  const { action, ...found } = useLookFirst(content, url, write);
  return (
    <details>
      <summary>Change the address</summary>
      <form className="stack-2" onSubmit={(event) => event.preventDefault()}>
        <Field
          label="New address"
          type="url"
          value={url}
          onChange={({ target }) => setUrl(target.value)}
          error={error}
        />
        {error === undefined && <LookNote {...found} label="Change it all the same" />}
        <ActionButton action={action} labels={LABELS} disabled={error !== undefined || url === from}>
          Change it
        </ActionButton>
      </form>
    </details>
  );
}

function End({ content }: { content: Content }) {
  const end = useListingWrite(content, { name: 'deregisterStream', args: [content.content_id] });
  return (
    <ActionButton action={end} labels={{ done: 'Ended.' }} look="quiet">
      Stop serving
    </ActionButton>
  );
}
