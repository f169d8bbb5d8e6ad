import type { Content, Stream } from '../api/answers.ts';
import { host } from '../api/host.ts';
import { useResource } from '../api/resource.ts';
import { useChain } from '../chain.tsx';
import { Art } from '../components/art.tsx';
import { short, TransactionLink } from '../components/hash.tsx';
import { Icon } from '../components/icon.tsx';
import { Notice } from '../components/notice.tsx';
import { Page } from '../components/page.tsx';
import { Empty, Known, Loading } from '../components/states.tsx';
import { Time } from '../components/time.tsx';
import { Player } from '../player/player.tsx';
import { type Source, sourcesOf } from '../player/sources.ts';
import { Link, usePlace } from '../router.tsx';
import { sameAddress } from '../wallet/wallet.ts';
import { type Paid, usePaid } from './watch/paid.ts';
import { Payment } from './watch/payment.tsx';
import { Providers } from './watch/providers.tsx';
import { RecentViews } from './watch/recent-views.tsx';

/** One video: who serves it, paying for it, and playing it. */
export function Watch({ cid }: { cid: string }) {
  const { query } = usePlace();
  const { contract } = useChain();
  const listings = useResource(host.listings(cid));
  const streams = useResource(host.streamsOf(cid));
  const { contents = [] } = listings.data ?? {};
  const content = listingAt(contents, query.get('id'), query.get('contract') ?? contract);
  return (
    <Page title={content?.video_name ?? 'Video'} lead={content && <Facts content={content} />}>
      <Known resource={listings} loading={<Loading lines={8} />}>
        {() => {
          if (!content) return <Empty title="There is no such listing of this video." />;
          return (
            <>
              <Known resource={streams}>
                {(found) => <Stage content={content} streams={found.streams} />}
              </Known>
              <RecentViews content={content} />
            </>
          );
        }}
      </Known>
    </Page>
  );
}

function Stage({ content, streams }: { content: Content; streams: Stream[] }) {
  const { query } = usePlace();
  const { open_gateway } = useChain();
  const paid = usePaid(content);
  const own = streams.filter(
    ({ content_id, contract }) => content_id === content.content_id && contract === content.contract,
  );
  const wanted = paid?.provider ?? query.get('provider') ?? '';
  const chosen = own.find((each) => sameAddress(each.content_distributor_wallet, wanted)) ?? own[0];
  const hostUrl = open_gateway ? host.fileUrl(content.cid) : null;
  const sources = sourcesOf(chosen?.stream_url ?? '', hostUrl, new URL(location.href));
  return (
    <div className="stage">
      {paid ? (
        <Player key={chosen?.stream_url} sources={sources} title={content.video_name} />
      ) : (
        <Art cid={content.cid}>
          <span className="art-label">
            <Icon name="watch" /> Pay to play
          </span>
        </Art>
      )}
      <div className="panel stack-4">
        <Price content={content} />
        {paid && <PaidNote paid={paid} symbol={content.token_symbol} />}
        {paid === undefined && <Loading lines={4} />}
        {paid === null && <Offer content={content} streams={own} chosen={chosen} sources={sources} />}
      </div>
    </div>
  );
}

function Offer({
  content,
  streams,
  chosen,
  sources,
}: {
  content: Content;
  streams: readonly Stream[];
  chosen: Stream | undefined;
  sources: Source[];
}) {
  if (!chosen) return <NotServed content={content} />;
  return (
    <>
      <Providers streams={streams} chosen={chosen} />
      {!content.retired && <Payment content={content} stream={chosen} sources={sources} />}
    </>
  );
}

function listingAt(contents: readonly Content[], id: string | null, contract: string): Content | undefined {
  const same = id === null ? contents : contents.filter(({ content_id }) => content_id === id);
  return same.find((each) => each.contract === contract) ?? same[0];
}

function Facts({ content: { content_creator_wallet: creator, published_at, cid } }: { content: Content }) {
  return (
    <>
      by <code title={creator}>{short(creator)}</code>, <Time iso={published_at} /> ·{' '}
      <code title={cid}>{short(cid, 10, 6)}</code>
    </>
  );
}

function Price({ content: { price, token_symbol, unit, retired, scheduled } }: { content: Content }) {
  return (
    <div className="stack-2">
      <p className="price number">
        {price} {token_symbol} <span className="soft small">a {unit}</span>
      </p>
      {retired && <Notice tone="warm" title="Retired: it takes no more payments." />}
      {scheduled && !retired && (
        <p className="small soft">
          {scheduled.retires ? 'To be retired ' : `${scheduled.price} ${token_symbol} `}
          <Time iso={scheduled.effective_at} />
        </p>
      )}
    </div>
  );
}

function PaidNote({ paid, symbol }: { paid: Paid; symbol: string }) {
  return (
    <Notice tone="good" title={`You paid ${paid.amount} ${symbol}.`}>
      <p>
        <Time iso={paid.at} />, to {short(paid.provider)}. Watch it as often as you like for a day.{' '}
        {paid.txHash && <TransactionLink hash={paid.txHash} />}
      </p>
    </Notice>
  );
}

function NotServed({ content }: { content: Content }) {
  return (
    <Empty title="Nobody serves this video right now.">
      <p>
        <Link href={`/provide?cid=${encodeURIComponent(content.cid)}`}>Serve it yourself</Link>
      </p>
    </Empty>
  );
}
