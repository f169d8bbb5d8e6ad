import type { ReactNode } from 'react';
import type { Content, Stream } from '../../api/answers.ts';
import { posterUrl } from '../../components/art.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { Empty, Loading } from '../../components/states.tsx';
import { Player } from '../../player/player.tsx';
import { Link } from '../../router.tsx';
import { Access } from './access.tsx';
import { Elsewhere } from './elsewhere.tsx';
import { OtherSeller } from './packaged/other-seller.tsx';
import { SellerAway, sellersState } from './packaged/seller-away.tsx';
import { type Form, useForm } from './packaged/use-form.ts';
import { PaidNote } from './paid-note.tsx';
import { Payment } from './payment.tsx';
import { Picture } from './picture/picture.tsx';
import { usePosition } from './picture/use-position.ts';
import { useWay, WayProvider } from './picture/way.tsx';
import { Price } from './price.tsx';
import { Providers } from './providers.tsx';
import { PayAsYouWatch } from './sale/pay-as-you-watch.tsx';
import { saleSources } from './sale/sources.ts';
import { type SaleView, useSale } from './sale/use-sale.ts';
import { playsWith } from './serving.ts';
import { StreamCheck } from './stream-check.tsx';
import { useServing } from './use-serving.ts';

type ServingState = ReturnType<typeof useServing>;

interface StageProps {
  content: Content;
  streams: readonly Stream[];
}

/** The player, or a picture in its place, and beside it what the viewer can do. */
export function Stage({ content, streams }: StageProps) {
  const form = useForm(content, streams);
  if (!form) return <Loading lines={8} />;
  return (
    <WayProvider>
      <StageOf {...{ content, streams, form }} />
    </WayProvider>
  );
}

function StageOf({ content, streams, form }: StageProps & { form: Form }) {
  const position = usePosition(content);
  const { beganAtSec } = position;
  const serving = useServing({ content, streams, form, beganAtSec });
  const { forSale, positionSec, onPlays, onLocked, onLost, onAway } = serving;
  const view = useSale(content, forSale?.stream);
  const sources = saleSources(serving.sources, forSale, view);
  const way = useWay();
  // Where an earlier visit has left it: the free start is another place, which does not make it forget that.
  const isKept = beganAtSec > 0 && positionSec() === beganAtSec;
  const isBefore = sources[0]?.isPreview === true && beganAtSec > (sources[0].previewSec ?? 0);
  const onTime = (atSec: number, isShown: boolean) => {
    if (isBefore && atSec < beganAtSec) return;
    serving.onTime(atSec);
    if (isShown) position.keep(atSec);
  };
  return (
    <div className="stage">
      {sources.length > 0 ? (
        <Player
          key={`${sources[0]?.url} ${sources[0]?.attach !== undefined}`}
          {...{ sources, onTime, onPlays, onLocked, onLost, onAway }}
          beginsAtSec={() => (isBefore && positionSec() === beganAtSec ? 0 : positionSec())}
          title={content.video_name}
          cid={content.cid}
          poster={posterUrl(content.poster)}
          onGoOn={way?.press}
        />
      ) : (
        <Picture content={content} />
      )}
      <div className="panel stack-4">
        <Price content={content} />
        <AccessPanel {...{ content, serving, view }} goesOnAtSec={isKept ? beganAtSec : 0} />
      </div>
    </div>
  );
}

interface PanelProps {
  content: Content;
  serving: ServingState;
  view: SaleView;
  /** Where it goes on once it is paid, if an earlier visit has left it there; else 0. */
  goesOnAtSec: number;
}

function AccessPanel({ content, serving, view, goesOnAtSec }: PanelProps) {
  const { away, chosen, paid, free, isPaidKnown, nextStep } = serving;
  const { servings, forSale, isSellerAway, choose, positionSec } = serving;
  const { state } = view;
  if (!isPaidKnown && !free) return <Loading lines={4} />;
  const isLeft = away !== undefined && chosen !== undefined && away !== chosen;
  const isDone = nextStep === 'plays' && paid !== undefined;
  return (
    <>
      {isLeft && nextStep !== 'plays' && (
        <Elsewhere
          content={content}
          from={away.stream}
          to={chosen.stream}
          nextStep={nextStep}
          atSec={serving.fromSec}
        />
      )}
      {forSale && (isSellerAway || state.refused) && (
        <SellerAway
          {...{ servings, choose }}
          from={forSale.stream}
          atSec={positionSec()}
          state={sellersState(isSellerAway, state.refused?.code)}
        />
      )}
      {paid && <PaidNote paid={paid} content={content} />}
      {!isDone && <Offer {...{ content, serving, view, goesOnAtSec }} />}
      {isDone && chosen && <Choice {...{ serving, view }} />}
    </>
  );
}

function Offer({ content, serving, view, goesOnAtSec }: PanelProps) {
  const { paid, free, chosen, verdict, nextStep, accessUrl, again } = serving;
  const { servings, choose, positionSec } = serving;
  const isLooked = nextStep !== 'sign' && (!content.retired || paid !== undefined);
  return (
    <>
      {isLooked && (chosen || free) && (
        <StreamCheck verdict={chosen || verdict !== 'host' ? verdict : 'checked'} again={again} />
      )}
      {!chosen && !(free && playsWith(verdict)) && <NotServed content={content} />}
      {chosen && nextStep === 'sign' && paid && accessUrl !== undefined && (
        <Access key={accessUrl} {...{ content, paid, accessUrl }} stream={chosen.stream} />
      )}
      {chosen && !free && !paid && !content.retired && (
        <Selling
          {...{ view, content, goesOnAtSec }}
          provider={chosen.stream.content_distributor_wallet}
          other={<OtherSeller {...{ servings, choose }} from={chosen.stream} atSec={positionSec()} />}
        >
          <Payment content={content} stream={chosen.stream} verdict={verdict} />
        </Selling>
      )}
      {chosen && <Choice {...{ serving, view }} />}
    </>
  );
}

interface SellingProps extends Pick<PanelProps, 'view' | 'content' | 'goesOnAtSec'> {
  provider: string;
  /** Who else does. */
  other: ReactNode;
  children: ReactNode;
}

/** Keys are sold by a deposit; a view or a day, and a file, by a transaction each. */
function Selling({ view, content, goesOnAtSec, provider, other, children }: SellingProps) {
  const { sale, opening, problem, state } = view;
  if (opening) return <Loading lines={2} />;
  if (problem !== undefined) return <ErrorNotice error={problem}>{other}</ErrorNotice>;
  if (!sale) return children;
  return (
    <>
      <PayAsYouWatch {...{ content, provider, sale, state, other, goesOnAtSec }} />
      {content.unit !== 'minute' && (
        <details>
          <summary>Or pay one {content.unit} by a transaction</summary>
          <WayProvider>{children}</WayProvider>
        </details>
      )}
    </>
  );
}

function Choice({ serving, view }: Pick<PanelProps, 'serving' | 'view'>) {
  const { chosen, servings, isPaid, choose, forSale } = serving;
  const refusing = view.state.refused ? forSale?.stream.content_distributor_wallet : undefined;
  const isLost = (provider: string) => provider === refusing || serving.isLost(provider);
  return (
    <Providers
      {...{ servings, isPaid, isLost, choose }}
      chosen={chosen?.stream}
      isSold={forSale !== undefined}
    />
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
