import { type CSSProperties, useId } from 'react';
import { Field } from '../components/form/field.tsx';
import { RadioRow } from '../components/form/radio-row.tsx';
import { split, toBaseUnits, toDecimal } from '../contract/money.ts';
import { type Draft, draftErrors, unitOf } from './draft.ts';

interface TermsFieldsProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  showErrors: boolean;
}

/** Name, price, and who gets how much of it. */
export function TermsFields({ draft, change, showErrors }: TermsFieldsProps) {
  const errors = draftErrors(draft);
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
      <Field
        label={`Price of one ${unitOf(draft)}`}
        inputMode="decimal"
        unit="ETH"
        value={draft.price}
        autoComplete="off"
        onChange={({ target }) => change({ price: target.value })}
        error={draft.price === '' && !showErrors ? undefined : errors.price}
        hint={toBaseUnits(draft.price) === 0n ? 'Free: it plays at once, for everybody.' : undefined}
      />
      <UnitChoice draft={draft} change={change} />
      <SplitSlider draft={draft} change={change} />
    </>
  );
}

const UNIT_CHOICES = [
  ['view', 'By the view', 'good for a day'],
  ['minute', 'By the minute', 'paid as one watches'],
  ['day', 'By the day', 'as many days as one likes'],
] as const;
/** Of a file that plays as a whole. */
const WHOLE_CHOICES = UNIT_CHOICES.filter(([unit]) => unit !== 'minute');

function UnitChoice({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  return (
    <RadioRow
      legend="What the price is for"
      options={draft.protect ? UNIT_CHOICES : WHOLE_CHOICES}
      chosen={unitOf(draft)}
      onChoose={(unit) => change({ unit })}
    >
      {!draft.protect && <p className="field-hint">Minutes are sold of protected videos only.</p>}
    </RadioRow>
  );
}

function SplitSlider({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const id = useId();
  const { creatorShare } = draft;
  const parts = split(toBaseUnits(draft.price) ?? 0n, (100 - creatorShare) * 100);
  const words = `${creatorShare} % to you, ${100 - creatorShare} % to the provider`;
  return (
    <div className="field stack-1">
      <label htmlFor={id}>How each payment is split</label>
      <input
        id={id}
        type="range"
        min="0"
        max="100"
        value={creatorShare}
        aria-valuetext={words}
        style={{ '--part': `${creatorShare}%` } as CSSProperties}
        onChange={({ target }) => change({ creatorShare: Number(target.value) })}
      />
      <dl className="split number">
        <div>
          <dt>You, the creator</dt>
          <dd>
            {creatorShare} % <span className="soft">· {toDecimal(parts.creator)} ETH</span>
          </dd>
        </div>
        <div>
          <dt>The provider</dt>
          <dd>
            {100 - creatorShare} % <span className="soft">· {toDecimal(parts.provider)} ETH</span>
          </dd>
        </div>
      </dl>
    </div>
  );
}
