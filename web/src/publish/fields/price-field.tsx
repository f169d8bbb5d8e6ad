import type { Unit } from '../../api/answers.ts';
import { Field } from '../../components/form/field.tsx';
import { toBaseUnits } from '../../contract/money.ts';
import { type DraftCoin, nameOf } from './coin.ts';

interface PriceFieldProps {
  price: string;
  unit: Unit;
  coin: DraftCoin;
  onChange: (price: string) => void;
  error: string | undefined;
}

export function PriceField({ price, unit, coin, onChange, error }: PriceFieldProps) {
  const isFree = toBaseUnits(price, coin.decimals) === 0n;
  return (
    <Field
      label={`Price of one ${unit}`}
      inputMode="decimal"
      unit={nameOf(coin)}
      value={price}
      autoComplete="off"
      onChange={({ target }) => onChange(target.value)}
      error={error}
      hint={isFree ? 'Free: it plays at once, for everybody.' : '0 is free.'}
    />
  );
}
