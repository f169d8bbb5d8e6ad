import { lazy, Suspense, useState } from 'react';
import type { Content } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { useChain } from '../../chain.tsx';
import { isFree, priceText } from '../../components/amount.ts';
import { OwnList } from '../../components/own-list.tsx';
import { Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { watchUrl } from '../../components/video-card.tsx';
import { KeepSecret } from '../../publish/secret/keep-secret.tsx';
import { Link } from '../../router.tsx';
import { useWallet } from '../../wallet/wallet.ts';
import { Announced } from './own/announced.tsx';
import { ChangeTerms } from './own/change-terms.tsx';
import { Retire } from './own/retire.tsx';

const KeyGrants = lazy(async () => ({
  default: (await import('../../publish/grants/key-grants.tsx')).KeyGrants,
}));

const SHOWN = 100;

/** What the wallet has published, under which terms, and taking it back. */
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
      {content.media?.form === 'protected' && (
        <>
          <KeepAgain content={content} />
          <Lend content={content} />
        </>
      )}
      {scheduled && <Announced content={content} />}
      {!retired && !scheduled?.retires && <Change content={content} />}
      {!retired && !scheduled?.retires && <Retire content={content} />}
    </li>
  );
}

/** For who has not saved it when it was published, or has lost it. */
function KeepAgain({ content: { cid, video_name } }: { content: Content }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Its key file</summary>
      {isOpen && <KeepSecret cid={cid} name={video_name} />}
    </details>
  );
}

/** Nothing of it is loaded or asked before somebody opens it. */
function Lend({ content }: { content: Content }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Other providers and its keys</summary>
      {isOpen && (
        <Suspense fallback={<Loading />}>
          <KeyGrants content={content} />
        </Suspense>
      )}
    </details>
  );
}

/** The form stands only while somebody looks at it. */
function Change({ content }: { content: Content }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Change its terms</summary>
      {isOpen && <ChangeTerms content={content} />}
    </details>
  );
}
