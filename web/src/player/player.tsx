import { useRef, useState } from 'react';
import { Button } from '../components/form/button.tsx';
import { Notice } from '../components/notice.tsx';
import { CaptionsChoice } from './captions/captions-choice.tsx';
import { type Captions, useCaptions } from './captions/use-captions.ts';
import { clock } from './clock.ts';
import { Controls } from './controls/controls.tsx';
import { QualityChoice } from './hls/quality-choice.tsx';
import { useHls } from './hls/use-hls.ts';
import { noteOf } from './note.ts';
import { type AttemptProps, useAttempt } from './use-attempt.ts';

interface PlayerProps extends AttemptProps {
  title: string;
  cid: string;
  /** What stands there until it plays. */
  poster: string | undefined;
  /** Pays for more than the free start; missing where nobody is paid now. */
  onGoOn: (() => void) | undefined;
}

/** Plays the first source that works, and after a lost connection goes on from the same second. */
export function Player({ title, cid, poster, onGoOn, ...props }: PlayerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const { isBeyond, onTime } = useBeyond(props);
  const { attempt, source, events, lose, spoil, lock, turn, again } = useAttempt(video, { ...props, onTime });
  const { phase, fromSec } = attempt;
  const url = source?.isPackaged && phase !== 'failed' ? source.url : undefined;
  const quality = useHls(video, {
    url,
    turn: attempt.turn,
    fromSec,
    attach: source?.attach,
    onLocked: lock,
    onLost: lose,
    onSpoilt: spoil,
  });
  const { isNative } = quality;
  const captions = useCaptions(video, { cid, url, turn: attempt.turn, isNative });

  if (source && attempt.isSpoilt) return <Spoilt url={source.url} again={again} />;
  if (!source || phase === 'failed') return <Failed fromSec={fromSec} again={again} />;
  return (
    <div className="player stack-2" data-phase={phase} data-from={source.from}>
      <div className="screen">
        <video
          key={attempt.turn}
          ref={video}
          src={source.isPackaged ? undefined : source.url}
          title={title}
          poster={attempt.turn === 0 ? poster : undefined}
          controls
          playsInline
          preload="metadata"
          {...events}
        >
          {captions.text && <Text {...captions.text} key={captions.text.url} />}
        </video>
        {phase === 'locked' && source.isPreview && <PayToGoOn onGoOn={onGoOn} />}
      </div>
      <div className="player-foot stack-2">
        <p className="player-note small" role="status">
          {noteOf(attempt, source, isBeyond)}
        </p>
        {isNative && source.attach && (
          <p className="player-note small">
            This browser plays only what is open already. To pay as you watch, take another one.
          </p>
        )}
        <Controls video={video} turn={attempt.turn}>
          <CaptionsChoice captions={captions} />
          <QualityChoice quality={quality} />
        </Controls>
        {props.sources.length > 1 && (
          <Button look="quiet" onClick={turn}>
            {INSTEAD_OF[source.from]}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Shown at once: which one it is has been chosen before. */
function Text({ track, url }: NonNullable<Captions['text']>) {
  const show = (element: HTMLTrackElement | null) => {
    if (element) element.track.mode = 'showing';
  };
  return <track ref={show} kind="captions" src={url} srcLang={track.language} label={track.label} />;
}

function PayToGoOn({ onGoOn }: Pick<PlayerProps, 'onGoOn'>) {
  const words = 'Pay to go on';
  if (!onGoOn) return <p className="art-label screen-label">{words}</p>;
  return (
    <button type="button" className="art-label art-button screen-label" onClick={onGoOn}>
      {words}
    </button>
  );
}

const INSTEAD_OF = {
  provider: 'Play this host’s copy instead',
  host: 'Play the provider’s stream instead',
};

/** Whether it stands beyond the free start: of what is open there that is not what is to be said. */
function useBeyond({ sources, onTime }: AttemptProps) {
  const [isBeyond, setBeyond] = useState(false);
  return {
    isBeyond,
    onTime(atSec: number, isShown: boolean) {
      setBeyond(atSec > (sources[0]?.previewSec ?? 0) + MARGIN_SEC);
      onTime(atSec, isShown);
    },
  };
}

/** A free start ends with a picture, which may be a little later. */
const MARGIN_SEC = 2;

function Failed({ fromSec, again }: { fromSec: number; again: () => void }) {
  const lost = fromSec > 0;
  return (
    <div className="player player-failed stack-2" data-phase="failed">
      <Notice
        tone="bad"
        title={lost ? `The connection was lost at ${clock(fromSec)}.` : 'The video does not open.'}
        announce
      >
        <p>
          {lost
            ? 'It goes on from there as soon as somebody who serves it answers again.'
            : 'Neither the provider nor this host serves it right now. What you paid stays good for a day.'}
        </p>
        <Button onClick={again}>{lost ? `Go on from ${clock(fromSec)}` : 'Try again'}</Button>
      </Notice>
    </div>
  );
}

function Spoilt({ url, again }: { url: string; again: () => void }) {
  return (
    <div className="player player-failed stack-2" data-phase="failed">
      <Notice tone="bad" title={`What ${new URL(url).host} sends can not be shown.`} announce>
        <p>
          It is damaged, or of another video. Nothing more is bought there: choose another provider, if there
          is one.
        </p>
        <Button onClick={again}>Try again</Button>
      </Notice>
    </div>
  );
}
