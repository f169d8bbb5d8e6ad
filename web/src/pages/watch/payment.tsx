import { useState } from 'react';
import type { Content, Stream } from '../../api/answers.ts';
import { amountText, coinName } from '../../components/amount.ts';
import { ActionButton } from '../../components/form/action-button.tsx';
import { Field } from '../../components/form/field.tsx';
import { split, toDecimal } from '../../contract/money.ts';
import { useWrite } from '../../contract/use-write.ts';
import { setQuery } from '../../router.tsx';
import { openWallets } from '../../wallet/dialog.tsx';
import { useWallet } from '../../wallet/wallet.ts';
import { signNext } from './access.tsx';
import { rememberPaid } from './paid.ts';
import { useOfferedWay } from './picture/way.tsx';
import { isGated, playsWith, type Verdict } from './serving.ts';

const LABELS = { wallet: 'Confirm the payment in your wallet.', done: 'Paid.' };

/** Minutes of a clear file can't be sold: who has paid one would have it all. */
function isSoldHere({ unit, retired }: Content): boolean {
  return unit !== 'minute' && !retired;
}

interface PaymentProps {
  content: Content;
  stream: Stream;
  verdict: Verdict;
}

/** Pays one provider and the creator for one view, or for some days; only where something plays then. */
export function Payment({ content, stream, verdict }: PaymentProps) {
  const wallet = useWallet();
  const [count, setCount] = useState('1');
  const units = content.unit === 'view' ? 1 : Number(count);
  const valid = Number.isInteger(units) && units >= 1;
  const amount = BigInt(content.price_base_units) * BigInt(valid ? units : 1);
  const decimals = content.token_decimals ?? 0;
  const text = amountText(toDecimal(amount, decimals), content);
  const provider = stream.content_distributor_wallet;

  const pay = useWrite({
    what: `pay:${content.contract}:${content.content_id}:${provider}`,
    contract: content.contract,
    call: () => ({
      name: 'payView',
      args: [content.content_id, provider, units, amount],
      coin: { token: content.token, symbol: coinName(content), decimals },
    }),
    onDone: (txHash = '') => {
      const at = new Date().toISOString();
      const paid = { amount: toDecimal(amount, decimals), units, provider, txHash, at, direct: true };
      if (isGated(verdict)) signNext(stream);
      if (wallet) rememberPaid(content, wallet.address, paid);
    },
  });
  const start = () => {
    // After a reload it has to be the same provider.
    setQuery({ provider });
    pay.start();
  };
  const plays = playsWith(verdict);
  const isOffered = isSoldHere(content) && plays && valid && !pay.busy;
  useOfferedWay(isOffered ? `Pay ${text} to play` : null, () => (wallet ? start() : openWallets()));
  // A payment that is under way stays in sight.
  if (!plays && verdict !== 'checking' && !pay.busy) return <NotOffered />;
  if (!isSoldHere(content)) return <NotByTheMinute />;
  return (
    <div className="stack-3">
      {content.unit === 'day' && (
        <Field
          label="Days"
          type="number"
          min="1"
          value={count}
          onChange={({ target }) => setCount(target.value)}
        />
      )}
      <ActionButton action={{ ...pay, start }} labels={LABELS} disabled={!valid || !plays}>
        Pay {text} and play
      </ActionButton>
      <SplitNote content={content} amount={amount} decimals={decimals} />
    </div>
  );
}

function NotByTheMinute() {
  return (
    <p className="small">
      It is listed by the minute. This host does not sell minutes of a file that plays as a whole: that comes
      with protected video.
    </p>
  );
}

function NotOffered() {
  return (
    <p className="small">
      Nothing would play after a payment, and a payment is final: so paying is not offered.
    </p>
  );
}

function SplitNote({ content, amount, decimals }: { content: Content; amount: bigint; decimals: number }) {
  const parts = split(amount, Math.round(content.provider_share * 100));
  const text = (part: bigint) => amountText(toDecimal(part, decimals), content);
  return (
    <p className="soft small">
      {text(parts.creator)} go to the creator, {text(parts.provider)} to the provider. A payment is final: the
      contract splits it at once, and nobody can take it back.
    </p>
  );
}
