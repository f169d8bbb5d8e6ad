import type { Unit } from '../../api/answers.ts';
import { Field } from '../../components/form/field.tsx';
import { toBaseUnits } from '../../contract/money.ts';
import { type DraftCoin, nameOf } from './coin.ts';

interface PriceFieldProps {
  price: string;
  unit: Unit;
  coin: DraftCoin;
  /** What all of the video costs, in words. */
  whole?: string | null;
  onChange: (price: string) => void;
  error: string | undefined;
}

export function PriceField({ price, unit, coin, whole = null, onChange, error }: PriceFieldProps) {
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
      hint={isFree ? 'Free: it plays at once, for everybody.' : (whole ?? '0 is free.')}
    />
  );
}
