import type { Content } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { useChain } from '../../chain.tsx';
import { isFree, priceText } from '../../components/amount.ts';
import { ActionButton } from '../../components/form/action-button.tsx';
import { OwnList } from '../../components/own-list.tsx';
import { ScheduledTerms } from '../../components/scheduled-terms.tsx';
import { Time } from '../../components/time.tsx';
import { watchUrl } from '../../components/video-card.tsx';
import { cancellation, retirement } from '../../contract/requests.ts';
import { useSignableWrite } from '../../contract/use-write.ts';
import { Link } from '../../router.tsx';
import { useWallet } from '../../wallet/wallet.ts';

const SHOWN = 100;

/** What the wallet has published, and taking it back. */
export function OwnVideos() {
  const wallet = useWallet();
  const own = useResource(wallet && host.contents({ creator: wallet.address, limit: SHOWN }));
  return (
    <OwnList
      title="Your videos"
      connectHint="Connect a wallet to see what it has published."
      resource={own}
      itemsOf={({ contents }) => contents}
    >
      {(content) => <OwnVideo key={`${content.contract} ${content.content_id}`} content={content} />}
    </OwnList>
  );
}

function OwnVideo({ content }: { content: Content }) {
  const { contract } = useChain();
  const { cid, video_name, creator_share, retired, scheduled } = content;
  return (
    <li className="panel stack-2">
      <h3>
        <Link href={watchUrl(content, contract)}>{video_name}</Link>
      </h3>
      <p className="small soft number">
        {isFree(content) ? 'Free' : `${priceText(content)} a ${content.unit}, ${creator_share} % of it yours`}
        , published <Time iso={content.published_at} />
      </p>
      {retired && <p className="tag">retired</p>}
      {retired && !scheduled && (
        <p className="small">
          <Link href={`/publish?from=cid&cid=${encodeURIComponent(cid)}`}>Publish it again</Link>
        </p>
      )}
      {retired && scheduled && <Returning content={content} />}
      {!retired && (scheduled?.retires ? <Retiring content={content} /> : <Retire content={content} />)}
    </li>
  );
}

function Retire({ content }: { content: Content }) {
  const { contract, content_id } = content;
  const retire = useSignableWrite({
    what: `retire:${contract}:${content_id}`,
    contract,
    call: () => ({ name: 'retire', args: [content_id] }),
    request: () => retirement(content),
  });
  return (
    <ActionButton action={retire} labels={{ done: 'Its retirement is announced.' }} look="quiet">
      Retire
    </ActionButton>
  );
}

function Retiring({ content }: { content: Content }) {
  return (
    <>
      <ScheduledTerms content={content} />
      <Cancel content={content} done="It stays.">
        Keep it
      </Cancel>
    </>
  );
}

/** Published again: under notice, as its retirement was. */
function Returning({ content }: { content: Content }) {
  return (
    <>
      <ScheduledTerms content={content} />
      <Cancel content={content} done="It stays retired.">
        Keep it retired
      </Cancel>
    </>
  );
}

/** Takes back what is announced. */
function Cancel({ content, done, children }: { content: Content; done: string; children: string }) {
  const { contract, content_id } = content;
  const keep = useSignableWrite({
    what: `keep:${contract}:${content_id}`,
    contract,
    call: () => ({ name: 'cancelTerms', args: [content_id] }),
    request: () => cancellation(content),
  });
  return (
    <ActionButton action={keep} labels={{ done }} look="quiet">
      {children}
    </ActionButton>
  );
}
