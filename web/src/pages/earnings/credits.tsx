import type { Earnings } from '../../api/answers.ts';
import { useChain } from '../../chain.tsx';
import { amountText, coinName } from '../../components/amount.ts';
import { ActionButton } from '../../components/form/action-button.tsx';
import { Hash } from '../../components/hash.tsx';
import { Empty } from '../../components/states.tsx';
import { useWrite } from '../../contract/use-write.ts';
import { sameHex } from '../../lib/same-hex.ts';
import { UnclaimedSums } from '../../playback/unclaimed-sums.tsx';
import { useUnclaimed } from '../../playback/use-unclaimed.ts';
import { Link } from '../../router.tsx';
import { useWallet } from '../../wallet/wallet.ts';
import { type CoinSum, coinSums, creditText, textOf } from './sums.ts';

type CoinCredit = Earnings['by_coin'][number];

/** What the contracts hold, by coin, each with its way out. */
export function Credits({ coins }: { coins: readonly CoinCredit[] }) {
  const sums = coinSums([...coins]);
  return (
    <div className="stack-5">
      {sums.length === 0 && (
        <Empty title="Nothing to withdraw yet.">
          <p>
            Publish or serve a video: your part of what viewers pay shows up here. What they have signed as
            they watch counts once the provider has claimed it.
          </p>
        </Empty>
      )}
      <ul className="credits stack-5">
        {sums.map((sum) => (
          <Credit key={sum.coin.token} sum={sum} />
        ))}
      </ul>
      <Unclaimed />
    </div>
  );
}

function Credit({ sum }: { sum: CoinSum }) {
  const { coin, balance, deployments } = sum;
  const left = deployments.filter(({ balance_base_units }) => BigInt(balance_base_units) > 0n);
  const [first] = deployments;
  const shown = left.length > 0 || !first ? left : [first];
  return (
    <li className="panel stack-3">
      <p className="soft small">To withdraw</p>
      <p className="price number wrap">{amountText(textOf(balance, coin), coin)}</p>
      <p className="soft small number wrap">{creditText(sum)}</p>
      {shown.map((credit) => (
        <Withdraw key={credit.contract} credit={credit} isOneOfSeveral={shown.length > 1} />
      ))}
    </li>
  );
}

/** Each deployment of the contract holds its own money, and gives it out by a transaction of its own. */
function Withdraw({ credit, isOneOfSeveral }: { credit: CoinCredit; isOneOfSeveral: boolean }) {
  const chain = useChain();
  const { contract, token, balance, balance_base_units } = credit;
  const isOlder = contract !== chain.contract;
  const withdraw = useWrite({
    what: `withdraw:${contract}:${token}`,
    contract,
    call: () => ({ name: 'withdraw', args: [token] }),
  });
  return (
    <div className="stack-2">
      {(isOlder || isOneOfSeveral) && (
        <p className="small soft number wrap">
          {amountText(balance, credit)} {isOlder ? 'in the older contract ' : 'in the contract '}
          <Hash text={contract} />
        </p>
      )}
      <ActionButton
        action={withdraw}
        labels={{ done: 'Withdrawn to your wallet.' }}
        look={isOlder ? 'quiet' : 'main'}
        disabled={BigInt(balance_base_units) === 0n}
      >
        Withdraw {coinName(credit)}
        {isOlder && ' from the older contract'}
      </ActionButton>
    </div>
  );
}

const LABELS = {
  wallet: 'Sign in with your wallet: what viewers have signed is for the provider alone.',
  working: 'Asking the host …',
  done: 'Shown.',
};

/** What viewers have signed, and no transaction has claimed: for the provider of this host alone. */
function Unclaimed() {
  const { provider_wallet } = useChain();
  const wallet = useWallet();
  const own = useUnclaimed(sameHex(wallet?.address, provider_wallet ?? undefined) ? provider_wallet : null);
  if (own === null) return null;
  const { sums, show } = own;
  return (
    <section className="panel stack-3">
      <h2>Not claimed yet</h2>
      {sums === undefined ? (
        <ActionButton action={show} labels={LABELS} look="quiet">
          Show what is not claimed
        </ActionButton>
      ) : (
        <UnclaimedSums sums={sums} nothing="Nothing: all that was signed is on chain." />
      )}
      <p className="small soft">
        The host claims by itself once it is worth the gas; at once on <Link href="/provide">Provide</Link>.
      </p>
    </section>
  );
}
