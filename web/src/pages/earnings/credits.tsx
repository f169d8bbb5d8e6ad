import type { Earnings } from '../../api/answers.ts';
import { useChain } from '../../chain.tsx';
import { amountText, coinName } from '../../components/amount.ts';
import { ActionButton } from '../../components/form/action-button.tsx';
import { Hash } from '../../components/hash.tsx';
import { Empty } from '../../components/states.tsx';
import { useWrite } from '../../contract/use-write.ts';

type CoinCredit = Earnings['by_coin'][number];

/** Credits by coin and contract, each with its way out. */
export function Credits({ coins }: { coins: readonly CoinCredit[] }) {
  if (coins.length === 0) {
    return (
      <Empty title="Nothing earned yet.">
        <p>Publish or serve a video: your part of each view shows up here as soon as it is paid.</p>
      </Empty>
    );
  }
  return (
    <ul className="credits stack-5">
      {coins.map((coin) => (
        <Credit key={`${coin.contract} ${coin.token}`} coin={coin} />
      ))}
    </ul>
  );
}

function Credit({ coin }: { coin: CoinCredit }) {
  const chain = useChain();
  const { contract, token, balance, balance_base_units, credited, withdrawn } = coin;
  const withdraw = useWrite({
    what: `withdraw:${contract}:${token}`,
    contract,
    call: () => ({ name: 'withdraw', args: [token] }),
  });
  return (
    <li className="panel stack-3">
      <p className="soft small">
        To withdraw
        {contract !== chain.contract && (
          <>
            {' '}
            from the older contract <Hash text={contract} />
          </>
        )}
      </p>
      <p className="price number">{amountText(balance, coin)}</p>
      <p className="soft small number">
        {credited} earned, {withdrawn} withdrawn
      </p>
      <ActionButton
        action={withdraw}
        labels={{ done: 'Withdrawn to your wallet.' }}
        disabled={BigInt(balance_base_units) === 0n}
      >
        Withdraw {coinName(coin)}
      </ActionButton>
    </li>
  );
}
