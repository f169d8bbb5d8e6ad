import type { Content, Stream } from '../../api/answers.ts';
import { Art } from '../../components/art.tsx';
import { Icon } from '../../components/icon.tsx';
import { Empty, Loading } from '../../components/states.tsx';
import { Player } from '../../player/player.tsx';
import { Link } from '../../router.tsx';
import { Access } from './access.tsx';
import type { NextStep } from './choice.ts';
import { Elsewhere } from './elsewhere.tsx';
import { type Form, useForm } from './packaged/use-form.ts';
import { PaidNote } from './paid-note.tsx';
import { isSoldHere, Payment } from './payment.tsx';
import { Price } from './price.tsx';
import { Providers } from './providers.tsx';
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
  return form ? <StageOf {...{ content, streams, form }} /> : <Loading lines={8} />;
}

function StageOf({ content, streams, form }: StageProps & { form: Form }) {
  const serving = useServing(content, streams, form);
  const { sources, nextStep, positionSec, onTime, onPlays, onLocked, onLost } = serving;
  return (
    <div className="stage">
      {sources.length > 0 ? (
        <Player
          key={sources[0]?.url}
          {...{ sources, onTime, onPlays, onLocked, onLost }}
          beginsAtSec={positionSec}
          title={content.video_name}
        />
      ) : (
        <Art cid={content.cid}>
          <PosterLabel nextStep={nextStep} content={content} />
        </Art>
      )}
      <div className="panel stack-4">
        <Price content={content} />
        <AccessPanel content={content} serving={serving} />
      </div>
    </div>
  );
}

function PosterLabel({ nextStep, content }: { nextStep: NextStep; content: Content }) {
  const isPay = nextStep === 'pay' && isSoldHere(content);
  if (!isPay && nextStep !== 'sign') return null;
  return (
    <span className="art-label line">
      <Icon name="watch" /> {isPay ? 'Pay to play' : 'Sign to play'}
    </span>
  );
}

function AccessPanel({ content, serving }: { content: Content; serving: ServingState }) {
  const { away, chosen, paid, free, isPaidKnown, servings, nextStep } = serving;
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
      {paid && <PaidNote paid={paid} content={content} />}
      {!isDone && <Offer content={content} serving={serving} />}
      {isDone && servings.length > 1 && (
        <details>
          <summary>Other providers</summary>
          <Choice serving={serving} />
        </details>
      )}
    </>
  );
}

function Offer({ content, serving }: { content: Content; serving: ServingState }) {
  const { paid, free, chosen, verdict, nextStep, accessUrl, again } = serving;
  const isLooked = nextStep !== 'sign' && (!content.retired || paid !== undefined);
  return (
    <>
      {chosen && <Choice serving={serving} />}
      {isLooked && (chosen || free) && <StreamCheck verdict={verdict} again={again} />}
      {!chosen && !(free && playsWith(verdict)) && <NotServed content={content} />}
      {chosen && nextStep === 'sign' && paid && accessUrl !== undefined && (
        <Access key={accessUrl} {...{ content, paid, accessUrl }} stream={chosen.stream} />
      )}
      {chosen && !free && !paid && !content.retired && (
        <Payment content={content} stream={chosen.stream} verdict={verdict} />
      )}
    </>
  );
}

function Choice({ serving }: { serving: ServingState }) {
  const { chosen, servings, paidTo, isLost, choose } = serving;
  return <Providers {...{ servings, paidTo, isLost, choose }} chosen={chosen?.stream} />;
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
