import { useId, useRef, useState } from 'react';
import { type Content, type ContentListings, isSameListing } from '../../../api/answers.ts';
import { useChain } from '../../../chain.tsx';
import { CopiedText } from '../../../components/copied-text.tsx';
import { Button } from '../../../components/form/button.tsx';
import { Dialog } from '../../../components/form/dialog.tsx';
import { Icon } from '../../../components/icon.tsx';
import { watchUrl } from '../../../components/video-card.tsx';
import { clock } from '../../../player/clock.ts';
import { embedHtml, linkTo } from './links.ts';

/** A button, and behind it the video's link and what embeds it elsewhere. */
export function Share({ content, first }: { content: Content; first: ContentListings['first'] }) {
  const { contract } = useChain();
  const dialog = useRef<HTMLDialogElement>(null);
  const [standsAtSec, setStandsAt] = useState(0);
  const [hasTime, setHasTime] = useState(false);
  const open = () => {
    setStandsAt(Math.floor(document.querySelector('video')?.currentTime ?? 0));
    dialog.current?.showModal();
  };
  // The bare CID leads to the first of its listings, as long as that one is sold.
  const isUsual = first ? isSameListing(content, first) && !content.retired : false;
  const path = isUsual ? `/watch/${encodeURIComponent(content.cid)}` : watchUrl(content, contract);
  const link = linkTo({ path, atSec: hasTime ? standsAtSec : 0 });
  return (
    <div className="line">
      <Button look="quiet" onClick={open} aria-haspopup="dialog">
        <Icon name="share" /> Share
      </Button>
      <Dialog dialog={dialog} title="Share this video">
        <section className="stack-3">
          <h3>A link</h3>
          {standsAtSec > 0 && (
            <WithTime atSec={standsAtSec} isChosen={hasTime} choose={(chosen) => setHasTime(chosen)} />
          )}
          <CopiedText key={link} text={link} />
          <ShareSheet title={content.video_name} url={link} />
        </section>
        <section className="stack-3">
          <h3>In a page of yours</h3>
          <p className="soft">
            It plays what is free. It never asks for a wallet: what costs money opens here.
          </p>
          <CopiedText text={embedHtml(path, content.video_name)} />
        </section>
      </Dialog>
    </div>
  );
}

interface WithTimeProps {
  atSec: number;
  isChosen: boolean;
  choose: (isChosen: boolean) => void;
}

function WithTime({ atSec, isChosen, choose }: WithTimeProps) {
  const id = useId();
  return (
    <p className="line">
      <input id={id} type="checkbox" checked={isChosen} onChange={({ target }) => choose(target.checked)} />
      <label htmlFor={id}>Begins at {clock(atSec)}</label>
    </p>
  );
}

/** The system's own way of sending a link, where the browser has one. */
function ShareSheet({ title, url }: { title: string; url: string }) {
  const [isRefused, setRefused] = useState(false);
  if (typeof navigator.share !== 'function') return null;
  const share = async () => {
    try {
      await navigator.share({ title, url });
    } catch (error) {
      // Whoever closes it has changed their mind.
      setRefused(!(error instanceof DOMException && error.name === 'AbortError'));
    }
  };
  return (
    <div className="line">
      <Button look="quiet" onClick={() => void share()}>
        Send it by …
      </Button>
      {isRefused && <span role="status">Your browser does not send it: copy the link.</span>}
    </div>
  );
}
