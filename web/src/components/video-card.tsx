import { type Content, isSameListing } from '../api/answers.ts';
import { host } from '../api/host.ts';
import { useResource } from '../api/resource.ts';
import { useChain } from '../chain.tsx';
import { clock } from '../player/clock.ts';
import { Link } from '../router.tsx';
import { priceText } from './amount.ts';
import { Art } from './art.tsx';
import { short } from './hash.tsx';
import { Icon } from './icon.tsx';

/** Where a listing is watched; the contract is named only where it is not the newest. */
export function watchUrl(
  { cid, content_id, contract }: Pick<Content, 'cid' | 'content_id' | 'contract'>,
  newest: string,
): string {
  const query = new URLSearchParams({ id: content_id, ...(contract !== newest && { contract }) });
  return `/watch/${encodeURIComponent(cid)}?${query}`;
}

export function VideoCard({ content }: { content: Content }) {
  const { contract } = useChain();
  return (
    <li className="card">
      <Art cid={content.cid}>
        <Icon name="watch" />
        <MediaMark content={content} />
      </Art>
      <div className="card-text stack-1">
        <h2 className="card-title">
          <Link href={watchUrl(content, contract)}>{content.video_name}</Link>
        </h2>
        <p className="soft small">
          by <span title={content.content_creator_wallet}>{short(content.content_creator_wallet)}</span>
        </p>
        <p className="card-price">
          <strong className="number">{priceText(content)}</strong>
          <ProviderCount content={content} />
        </p>
      </div>
    </li>
  );
}

/** How long it is; nothing where this host does not know. */
function MediaMark({ content: { media } }: { content: Content }) {
  if (!media || media.is_video === null) return null;
  if (!media.is_video || media.duration_sec === null) return <span className="art-mark">no video</span>;
  return (
    <span className="art-mark number">
      <span className="out-of-sight">Length </span>
      {clock(media.duration_sec)}
    </span>
  );
}

function ProviderCount({ content }: { content: Content }) {
  const { data } = useResource(host.streamsOf(content.cid));
  if (content.retired) return <span className="tag">retired</span>;
  if (!data) return null;
  const count = data.streams.filter((each) => isSameListing(each, content)).length;
  if (count === 0) return <span className="soft small">not served yet</span>;
  return <span className="soft small">{count === 1 ? '1 provider' : `${count} providers`}</span>;
}

export function VideoCardSkeletons() {
  return (
    <div className="cards" role="status">
      <span className="out-of-sight">Loading</span>
      {['a', 'b', 'c', 'd', 'e', 'f'].map((name) => (
        <div key={name} className="card card-skeleton">
          <div className="art" />
          <div className="card-text stack-1">
            <span className="skeleton" />
            <span className="skeleton" />
          </div>
        </div>
      ))}
    </div>
  );
}
