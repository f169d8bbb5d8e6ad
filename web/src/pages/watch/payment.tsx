import { useState } from 'react';
import type { Content, Stream } from '../../api/answers.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Field } from '../../components/field.tsx';
import { NATIVE_DECIMALS, split, toDecimal } from '../../contract/money.ts';
import { useWrite } from '../../contract/use-write.ts';
import type { Source } from '../../player/sources.ts';
import { useWallet } from '../../wallet/wallet.ts';
import { rememberPaid } from './paid.ts';
import { StreamCheck } from './stream-check.tsx';

const WORDS = {
  wallet: 'Confirm the payment in your wallet.',
  pending: 'Sent. Waiting for the block that holds it …',
  done: 'Paid.',
};

/** Pays one provider and the creator for one view, or for some minutes or days. */
export function Payment({
  content,
  stream,
  sources,
}: {
  content: Content;
  stream: Stream;
  sources: Source[];
}) {
  const wallet = useWallet();
  const [count, setCount] = useState('1');
  const units = content.unit === 'view' ? 1 : Number(count);
  const valid = Number.isInteger(units) && units >= 1;
  const amount = BigInt(content.price_base_units) * BigInt(valid ? units : 1);
  const decimals = content.token_decimals ?? NATIVE_DECIMALS;
  const text = `${toDecimal(amount, decimals)} ${content.token_symbol}`;
  const provider = stream.content_distributor_wallet;

  const pay = useWrite({
    what: `pay:${content.contract}:${content.content_id}`,
    contract: content.contract,
    call: () => ({
      name: 'payView',
      args: [content.content_id, provider, units, amount],
      coin: { token: content.token, symbol: content.token_symbol, decimals },
    }),
    onDone: (txHash = '') => {
      const paid = { amount: toDecimal(amount, decimals), provider, txHash, at: new Date().toISOString() };
      if (wallet) rememberPaid(content, wallet.address, paid);
    },
  });
  return (
    <div className="stack-3">
      {content.unit !== 'view' && (
        <Field
          label={content.unit === 'day' ? 'Days' : 'Minutes'}
          type="number"
          min="1"
          value={count}
          onChange={({ target }) => setCount(target.value)}
        />
      )}
      <StreamCheck sources={sources} />
      <ActionButton action={pay} words={WORDS} disabled={!valid}>
        Pay {text} and play
      </ActionButton>
      <SplitNote content={content} amount={amount} decimals={decimals} />
    </div>
  );
}

function SplitNote({ content, amount, decimals }: { content: Content; amount: bigint; decimals: number }) {
  const parts = split(amount, Math.round(content.provider_share * 100));
  const text = (part: bigint) => `${toDecimal(part, decimals)} ${content.token_symbol}`;
  return (
    <p className="soft small">
      {text(parts.creator)} go to the creator, {text(parts.provider)} to the provider. A payment is final: the
      contract splits it at once, and nobody can take it back.
    </p>
  );
}
