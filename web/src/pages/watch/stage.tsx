import type { Content, Stream } from '../../api/answers.ts';
import { amountText } from '../../components/amount.ts';
import { Art } from '../../components/art.tsx';
import { short, TransactionLink } from '../../components/hash.tsx';
import { Icon } from '../../components/icon.tsx';
import { Notice } from '../../components/notice.tsx';
import { Empty, Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { Player } from '../../player/player.tsx';
import { Link } from '../../router.tsx';
import type { Paid } from './good-for.ts';
import { Payment } from './payment.tsx';
import { Price } from './price.tsx';
import { Providers } from './providers.tsx';
import { playsWith } from './serving.ts';
import { StreamCheck } from './stream-check.tsx';
import { useServing } from './use-serving.ts';

/** The video or what is missing to see it, and beside it the way there. */
export function Stage({ content, streams }: { content: Content; streams: readonly Stream[] }) {
  const serving = useServing(content, streams);
  const { paid, free, sources, verdict, fileUrl } = serving;
  const plays = playsWith(verdict);
  return (
    <div className="stage">
      {paid || (free && plays) ? (
        <Player key={sources[0]?.url} sources={sources} fileUrl={fileUrl} title={content.video_name} />
      ) : (
        <Art cid={content.cid}>
          {plays && (
            <span className="art-label">
              <Icon name="watch" /> Pay to play
            </span>
          )}
        </Art>
      )}
      <div className="panel stack-4">
        <Price content={content} />
        {paid ? <PaidNote paid={paid} content={content} /> : <Offer content={content} serving={serving} />}
      </div>
    </div>
  );
}

function Offer({ content, serving }: { content: Content; serving: ReturnType<typeof useServing> }) {
  const { paid, free, servings, chosen, found, verdict, again } = serving;
  if (paid === undefined && !free) return <Loading lines={4} />;
  return (
    <>
      {chosen && <Providers servings={servings} chosen={chosen} found={found} />}
      {!content.retired && (chosen || free) && <StreamCheck verdict={verdict} again={again} />}
      {!chosen && !(free && playsWith(verdict)) && <NotServed content={content} />}
      {chosen && !free && !content.retired && <Payment content={content} stream={chosen} verdict={verdict} />}
    </>
  );
}

function PaidNote({ paid, content }: { paid: Paid; content: Content }) {
  const days = content.unit === 'day' ? paid.units : 1;
  return (
    <Notice tone="good" title={`You paid ${amountText(paid.amount, content)}.`}>
      <p>
        <Time iso={paid.at} />, to {short(paid.provider)}. Watch it as often as you like for{' '}
        {days === 1 ? 'a day' : `${days} days`}. {paid.txHash && <TransactionLink hash={paid.txHash} />}
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
