import { host } from '../../../api/host.ts';
import { useResource } from '../../../api/resource.ts';
import { CopiedText } from '../../../components/copied-text.tsx';
import { Hash } from '../../../components/hash.tsx';
import { Time } from '../../../components/time.tsx';
import { useLookAgain } from '../../../playback/use-look-again.ts';
import { Link } from '../../../router.tsx';
import type { Wallet } from '../../../wallet/wallet.ts';
import { provideCommand, whichOf } from '../../watch/serve/command.ts';
import { ExportLines } from '../../watch/serve/export-lines.tsx';
import { type AskedKey, allAskedKeys } from './asked-keys.ts';
import { expectsKeys, outcomeOf } from './asked-words.ts';
import { useInSession } from './use-in-session.ts';

/** Keys that this host has asked others for. Nothing where it never has. */
export function AskedKeys({ wallet }: { wallet: Wallet }) {
  const [asked, again] = useInSession(wallet.address, allAskedKeys);
  useLookAgain(asked?.some(expectsKeys) ?? false, { kinds: ['stream'] }, again);
  if (!asked || asked.length === 0) return null;
  return (
    <section className="stack-3">
      <h3>Keys asked for</h3>
      <p className="small soft">
        What was answered when this host last asked. It asks as long as the command runs, and again when it is
        run again.
      </p>
      <ul className="stack-5">
        {asked.map((each) => (
          <Asked key={`${each.contract} ${each.content_id}`} asked={each} />
        ))}
      </ul>
    </section>
  );
}

function Asked({ asked }: { asked: AskedKey }) {
  const { cid, content_id, video_name, content_creator_wallet: creator, from, asked_at } = asked;
  const { words, at, isOpen } = outcomeOf(asked, Date.now());
  return (
    <li className="stack-2">
      <div>
        <h4 className="wrap">
          <Link href={`/watch/${encodeURIComponent(cid)}?id=${content_id}`}>{video_name}</Link>
        </h4>
        <p className="small soft">
          by <Hash text={creator} />, asked at <Hash text={from} head={64} /> <Time iso={asked_at} />
        </p>
      </div>
      <p className="wrap">
        {words}
        {at !== null && (
          <>
            {' '}
            <Time iso={at} />.
          </>
        )}
      </p>
      {isOpen && <AskAgain asked={asked} />}
    </li>
  );
}

function AskAgain({ asked }: { asked: AskedKey }) {
  const { cid, from } = asked;
  const { data, problem } = useResource(host.listings(cid));
  if (!data && problem === undefined) return null;
  return (
    <>
      <CopiedText text={provideCommand(cid, from, whichOf(asked, data?.contents.length))} />
      <ExportLines />
    </>
  );
}
