import type { Content } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { useChain } from '../../chain.tsx';
import { isFree, priceText } from '../../components/amount.ts';
import { Announced } from '../../components/announced.tsx';
import { ActionButton } from '../../components/form/action-button.tsx';
import { Empty, Known } from '../../components/states.tsx';
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
  const creator = wallet?.address;
  const own = useResource(creator ? host.contents({ creator, limit: SHOWN }) : null);
  return (
    <section className="stack-3">
      <h2>Your videos</h2>
      {!creator && <Empty title="Connect a wallet to see what it has published." />}
      {creator && (
        <Known resource={own}>
          {({ contents }) =>
            contents.length === 0 ? (
              <Empty title="Nothing yet." />
            ) : (
              <ul className="stack-3">
                {contents.map((content) => (
                  <OwnVideo key={`${content.contract} ${content.content_id}`} content={content} />
                ))}
              </ul>
            )
          }
        </Known>
      )}
    </section>
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

const RETIRE = {
  wallet: 'Confirm in your wallet.',
  pending: 'Sent. Waiting for the block that holds it …',
  done: 'Its retirement is announced.',
};

function Retire({ content }: { content: Content }) {
  const { contract, content_id } = content;
  const retire = useSignableWrite({
    what: `retire:${contract}:${content_id}`,
    contract,
    call: () => ({ name: 'retire', args: [content_id] }),
    request: () => retirement(content),
  });
  return (
    <ActionButton action={retire} words={RETIRE} look="quiet">
      Retire
    </ActionButton>
  );
}

const KEEP = { ...RETIRE, done: 'It stays.' };

function Retiring({ content }: { content: Content }) {
  return (
    <>
      <Announced content={content} />
      <Cancel content={content} words={KEEP}>
        Keep it
      </Cancel>
    </>
  );
}

const STAY_AWAY = { ...RETIRE, done: 'It stays retired.' };

/** Published again: under notice, as its retirement was. */
function Returning({ content }: { content: Content }) {
  return (
    <>
      <Announced content={content} />
      <Cancel content={content} words={STAY_AWAY}>
        Keep it retired
      </Cancel>
    </>
  );
}

/** Takes back what is announced. */
function Cancel({ content, words, children }: { content: Content; words: typeof KEEP; children: string }) {
  const { contract, content_id } = content;
  const keep = useSignableWrite({
    what: `keep:${contract}:${content_id}`,
    contract,
    call: () => ({ name: 'cancelTerms', args: [content_id] }),
    request: () => cancellation(content),
  });
  return (
    <ActionButton action={keep} words={words} look="quiet">
      {children}
    </ActionButton>
  );
}
