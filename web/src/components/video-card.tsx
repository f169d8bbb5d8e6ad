import { memo } from 'react';
import { type Content, isSameListing, type ListedContent } from '../api/answers.ts';
import { useChain } from '../chain.tsx';
import { short } from '../lib/short.ts';
import { clock } from '../player/clock.ts';
import { Link } from '../router.tsx';
import { coinName, isFree, priceText } from './amount.ts';
import { Art } from './art.tsx';
import { Icon } from './icon.tsx';

/** Where a listing is watched; the contract is named only where it is not the newest. */
export function watchUrl(
  { cid, content_id, contract }: Pick<Content, 'cid' | 'content_id' | 'contract'>,
  newest: string,
): string {
  const query = new URLSearchParams({ id: content_id, ...(contract !== newest && { contract }) });
  return `/watch/${encodeURIComponent(cid)}?${query}`;
}

/** One video of a list, all of which leads to it; its creator leads elsewhere. */
export const VideoCard = memo(function VideoCard({ content }: { content: ListedContent }) {
  const { contract } = useChain();
  const { content_creator_wallet: creator, content_id } = content;
  return (
    <li className="card" data-place={`${content.contract} ${content_id}`}>
      <Art content={content} mark={<Icon name="watch" />}>
        <MediaMark content={content} />
      </Art>
      <div className="card-text stack-1">
        <h2 className="card-title" title={content.video_name}>
          <Link href={watchUrl(content, contract)}>{content.video_name}</Link>
        </h2>
        <p className="soft small">
          by{' '}
          <Link href={`/creators/${creator}`} className="card-creator" title={creator}>
            {short(creator)}
          </Link>
          <FirstBy content={content} />
        </p>
        <p className="soft small">{factsOf(content).join(' · ')}</p>
        <p className="card-price">
          <span>
            <strong className="number">{wholePriceText(content)}</strong>
            <CoinMark content={content} /> <span className="soft small">{priceNote(content)}</span>
          </span>
          {content.retired && <span className="tag">retired</span>}
        </p>
      </div>
    </li>
  );
});

/** How long it is, and how fine its picture; nothing where this host does not know. */
function MediaMark({ content: { media } }: { content: Content }) {
  if (!media || media.is_video === null) return null;
  if (!media.is_video || media.duration_sec === null) return <span className="art-mark">no video</span>;
  return (
    <span className="art-mark number">
      <span className="out-of-sight">Length </span>
      {clock(media.duration_sec)}
      {media.height ? ` · ${media.height}p` : ''}
    </span>
  );
}

/** Anybody can list any file: where several have, who did so before the others. */
function FirstBy({ content }: { content: ListedContent }) {
  const { listings = 1, first_listing: first } = content;
  if (listings < 2 || !first) return null;
  if (isSameListing(first, content)) return <> · first of {listings} listings</>;
  return (
    <>
      {' · '}first listed by{' '}
      <span title={first.content_creator_wallet}>{short(first.content_creator_wallet)}</span>
    </>
  );
}

function factsOf({ views, streams, preview_sec, price, media }: ListedContent): string[] {
  const facts: string[] = [];
  if (views !== undefined) facts.push(views === 1 ? '1 view' : `${views.toLocaleString('en')} views`);
  if (streams === 0) facts.push('not served yet');
  else if (streams !== undefined) facts.push(streams === 1 ? '1 provider' : `${streams} providers`);
  if (preview_sec && media?.form === 'protected' && !isFree({ price }))
    facts.push(`${preview_sec} s free start`);
  return facts;
}

/** What all of it costs, as far as that is known here. */
function wholePriceText(content: ListedContent): string {
  return priceText({ ...content, price: content.price_for_all ?? content.price });
}

function priceNote({ price, unit, price_for_all }: ListedContent): string {
  if (isFree({ price })) return '';
  if (unit === 'minute') return price_for_all ? 'for all of it' : 'a minute';
  return unit === 'day' ? 'a day' : 'a view';
}

/** A token that is what it is called: whose is not says so in words. */
function CoinMark({ content }: { content: Content }) {
  if (!content.token_verified || /^0x0{40}$/.test(content.token) || isFree(content)) return null;
  const says = `${coinName(content)} is the coin that it is called`;
  return (
    <span className="coin-mark" title={says}>
      <Icon name="check" />
      <span className="out-of-sight">{says}</span>
    </span>
  );
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
