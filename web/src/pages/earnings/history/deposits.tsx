import type { ChannelAnswer } from '../../../api/answers.ts';
import { host } from '../../../api/host.ts';
import { useVideoName } from '../../../api/names.ts';
import { useResource } from '../../../api/resource.ts';
import { useChain } from '../../../chain.tsx';
import { amountText } from '../../../components/amount.ts';
import { Hash } from '../../../components/hash.tsx';
import { Time } from '../../../components/time.tsx';
import { watchUrl } from '../../../components/video-card.tsx';
import { sameHex } from '../../../lib/same-hex.ts';
import { short } from '../../../lib/short.ts';
import { depositsOf } from '../../../playback/deposits-on-chain.ts';
import { isTakeable, openOnes } from '../../../playback/open-deposits.ts';
import { Link } from '../../../router.tsx';

/** What a viewer has with providers: one need not remember at which video it was put aside. Nothing where there is none. */
export function OpenDeposits({ address }: { address: string }) {
  const { data } = useResource(depositsOf(address, 'viewer'));
  const open = openOnes(data ?? []);
  if (open.length === 0) return null;
  return (
    <section className="panel stack-3">
      <h3>Your deposits</h3>
      <p className="small soft">
        What is left of each on chain. Minutes that you have watched, and the provider has not claimed yet,
        still come off it.
      </p>
      <ul className="stack-4">
        {open.map((each) => (
          <OpenDeposit key={`${each.contract} ${each.channel_id}`} deposit={each} />
        ))}
      </ul>
    </section>
  );
}

function OpenDeposit({ deposit: of }: { deposit: ChannelAnswer }) {
  const { deposit, provider_wallet, withdrawable_at, contract } = of;
  const { data } = useResource(host.streamsBy(provider_wallet));
  const stream = data?.streams.find((each) => sameHex(each.contract, contract));
  const place = URL.parse(stream?.stream_url ?? '')?.host;
  return (
    <li className="stack-1">
      <p className="plot-row">
        <strong className="number wrap">{amountText(deposit, of)}</strong>{' '}
        <span className="small soft">
          with the provider <Hash text={provider_wallet} />
          {place !== undefined && ` at ${place}`}
        </span>
      </p>
      {withdrawable_at !== null && (
        <p className="small soft">
          {isTakeable(withdrawable_at, Date.now()) ? (
            'It can be taken now.'
          ) : (
            <>
              Asked back: it can be taken <Time iso={withdrawable_at} />.
            </>
          )}
        </p>
      )}
      {stream && <VideoOf {...stream} provider={provider_wallet} isAskedBack={withdrawable_at !== null} />}
      {data && !stream && <p className="small soft">This provider serves nothing now.</p>}
    </li>
  );
}

interface VideoOfProps {
  cid: string;
  content_id: string;
  contract: string;
  provider: string;
  isAskedBack: boolean;
}

/** A video at which the deposit is spent, and had back. */
function VideoOf({ provider, isAskedBack, ...listing }: VideoOfProps) {
  const { contract } = useChain();
  const name = useVideoName(listing.cid, listing.content_id);
  const url = `${watchUrl(listing, contract)}&provider=${provider}`;
  return (
    <p className="small">
      {isAskedBack ? 'Take it' : 'Watch on, or take the rest back,'} at{' '}
      <Link href={url}>{name ?? short(listing.cid, 8, 4)}</Link>.
    </p>
  );
}
