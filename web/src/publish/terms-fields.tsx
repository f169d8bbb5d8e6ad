import { type CSSProperties, useId } from 'react';
import { Field } from '../components/form/field.tsx';
import { split, toBaseUnits, toDecimal } from '../contract/money.ts';
import { type Draft, faultsOf } from './draft.ts';

/** Name, price, and who gets how much of it. */
export function TermsFields({
  draft,
  change,
  showFaults,
}: {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  showFaults: boolean;
}) {
  const faults = faultsOf(draft);
  return (
    <>
      <Field
        label="Name"
        value={draft.name}
        maxLength={256}
        autoComplete="off"
        onChange={({ target }) => change({ name: target.value })}
        fault={showFaults ? faults.name : undefined}
        hint="It goes on chain with the terms, and stays as it is."
      />
      <Field
        label={`Price of one ${draft.unit}`}
        inputMode="decimal"
        unit="ETH"
        value={draft.price}
        autoComplete="off"
        onChange={({ target }) => change({ price: target.value })}
        fault={draft.price === '' && !showFaults ? undefined : faults.price}
        hint={toBaseUnits(draft.price) === 0n ? 'Free: it plays at once, for everybody.' : undefined}
      />
      <UnitChoice draft={draft} change={change} />
      <SplitSlider draft={draft} change={change} />
    </>
  );
}

const UNIT_CHOICES = [
  ['view', 'By the view', 'good for a day'],
  ['day', 'By the day', 'as many days as one likes'],
] as const;

function UnitChoice({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const group = useId();
  return (
    <fieldset className="ways">
      <legend className="out-of-sight">What the price is for</legend>
      {UNIT_CHOICES.map(([unit, name, hint]) => (
        <label key={unit} className="option">
          <input type="radio" name={group} checked={draft.unit === unit} onChange={() => change({ unit })} />
          <span>
            {name}
            <span className="soft small block">{hint}</span>
          </span>
        </label>
      ))}
      <p className="field-hint">By the minute comes with protected video.</p>
    </fieldset>
  );
}

function SplitSlider({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const id = useId();
  const { creatorShare } = draft;
  const parts = split(toBaseUnits(draft.price) ?? 0n, (100 - creatorShare) * 100);
  const words = `${creatorShare} % to you, ${100 - creatorShare} % to the provider`;
  return (
    <div className="field">
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
