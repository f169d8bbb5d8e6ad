import type { Earnings } from '../../api/answers.ts';
import { useChain } from '../../chain.tsx';
import { coinName } from '../../components/amount.ts';
import { Hash } from '../../components/hash.tsx';
import { watchUrl } from '../../components/video-card.tsx';
import { short } from '../../lib/short.ts';
import { Link, setQuery } from '../../router.tsx';
import type { Earned } from './earned.ts';
import { BarPlot } from './plots/bar-plot.tsx';
import { DayPlot } from './plots/day-plot.tsx';
import { byProvider, byVideo, type Coin, lastDays } from './sums.ts';

interface PlotsProps {
  days: Earnings['by_day'];
  /** `undefined` until it is read. */
  earned: Earned | undefined;
  /** All that were earned; coins can't be added up. */
  coins: readonly Coin[];
  /** The one to show, as the address has it. */
  token: string;
}

/** What was earned in one coin: by day, by video, and for creators by provider. */
export function Plots({ days, earned, coins, token }: PlotsProps) {
  const { contract } = useChain();
  const coin = coins.find((each) => each.token === token) ?? coins[0];
  if (!coin) return null;
  const today = new Date().toISOString().slice(0, 10);
  return (
    <div className="stack-5">
      {coins.length > 1 && <CoinTabs coins={coins} chosen={coin} />}
      <DayPlot days={lastDays(days, coin.token, today)} coin={coin} />
      {earned && (
        <div className="plots">
          <BarPlot
            title="By video"
            what="Video"
            bars={byVideo(earned.contents, coin.token)}
            coin={coin}
            isCut={earned.isCut}
            nameOf={({ video }) => (
              <Link href={watchUrl(video, contract)}>{video.video_name || short(video.cid, 8, 4)}</Link>
            )}
          />
          <BarPlot
            title="By provider"
            what="Provider"
            bars={byProvider(earned.providers, coin.token)}
            coin={coin}
            isCut={earned.isCut}
            nameOf={({ key }) => <Hash text={key} />}
          />
        </div>
      )}
    </div>
  );
}

function CoinTabs({ coins, chosen }: { coins: readonly Coin[]; chosen: Coin }) {
  return (
    <div className="tabs">
      {coins.map((coin) => (
        <button
          key={coin.token}
          type="button"
          aria-pressed={coin === chosen}
          onClick={() => setQuery({ coin: coin.token })}
        >
          {coinName(coin)}
        </button>
      ))}
    </div>
  );
}
