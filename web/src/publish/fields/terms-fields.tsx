import { useId } from 'react';
import { Field } from '../../components/form/field.tsx';
import { toBaseUnits, toDecimal } from '../../contract/money.ts';
import { type Draft, type DraftErrors, unitOf } from '../draft.ts';
import { type DraftCoin, nameOf } from './coin.ts';
import { CoinChoice } from './coin-choice.tsx';
import { PriceField } from './price-field.tsx';
import { SplitSlider } from './split-slider.tsx';
import { UnitChoice } from './unit-choice.tsx';
import { wholeCost } from './whole-cost.ts';

interface TermsFieldsProps {
  draft: Draft & { coin: DraftCoin };
  change: (part: Partial<Draft>) => void;
  errors: DraftErrors;
  /** Whether somebody has begun: nobody is told off for an empty form. */
  showErrors: boolean;
  /** Of the video, where it is known. */
  durationSec?: number | null;
}

/** Name, what is said of it, price, and who gets how much of it. */
export function TermsFields({ draft, change, errors, showErrors, durationSec = null }: TermsFieldsProps) {
  const { price, coin, creatorShare } = draft;
  const unit = unitOf(draft);
  return (
    <>
      <Field
        label="Name"
        value={draft.name}
        maxLength={256}
        autoComplete="off"
        onChange={({ target }) => change({ name: target.value })}
        error={showErrors ? errors.name : undefined}
        hint="It goes on chain with the terms, and stays as it is."
      />
      <Description
        text={draft.description ?? ''}
        onChange={(description) => change({ description })}
        error={errors.description}
      />
      <PriceField
        price={price}
        unit={unit}
        coin={coin}
        whole={wholeCost(draft, durationSec)}
        onChange={(next) => change({ price: next })}
        error={price === '' && !showErrors ? undefined : errors.price}
      />
      <UnitChoice terms={draft} onChoose={(next) => change({ unit: next })} />
      <CoinChoice coin={coin} onChoose={(next) => change({ coin: next })} error={errors.coin} />
      {unit === 'minute' && <MostPaid draft={draft} change={change} error={errors.capUnits} />}
      <SplitSlider
        {...{ creatorShare, price, unit, coin, error: errors.creatorShare }}
        onChange={(next) => change({ creatorShare: next })}
      />
    </>
  );
}

interface DescriptionProps {
  text: string;
  onChange: (text: string) => void;
  error: string | undefined;
}

function Description({ text, onChange, error }: DescriptionProps) {
  const id = useId();
  return (
    <div className="field stack-1">
      <label htmlFor={id}>Description</label>
      <textarea
        id={id}
        className="input"
        rows={3}
        value={text}
        aria-describedby={`${id}-hint`}
        aria-invalid={error !== undefined}
        onChange={({ target }) => onChange(target.value)}
      />
      <p id={`${id}-hint`} className={error ? 'field-error' : 'field-hint'} aria-live="polite">
        {error ?? 'Shown beside the video, if you like. It stands on chain and stays as it is, as the name.'}
      </p>
    </div>
  );
}

/** So many minutes of it one pays at most within a day; the rest is then given. */
function MostPaid({
  draft,
  change,
  error,
}: Pick<TermsFieldsProps, 'draft' | 'change'> & { error: string | undefined }) {
  const { capUnits = '', price, coin } = draft;
  const each = toBaseUnits(price, coin.decimals) ?? 0n;
  if (each === 0n) return null;
  const most = /^[1-9]\d*$/.test(capUnits.trim()) ? each * BigInt(capUnits.trim()) : null;
  return (
    <Field
      label="The most one pays for this video within a day"
      inputMode="numeric"
      unit="minutes"
      value={capUnits}
      autoComplete="off"
      onChange={({ target }) => change({ capUnits: target.value })}
      error={error}
      hint={
        most === null
          ? 'Empty: every minute is paid.'
          : `${toDecimal(most, coin.decimals)} ${nameOf(coin)} within 24 hours. Whoever has paid that has the rest for nothing. It stays as it is.`
      }
    />
  );
}
