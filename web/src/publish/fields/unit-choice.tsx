import type { Unit } from '../../api/answers.ts';
import { RadioRow } from '../../components/form/radio-row.tsx';
import { unitOf } from '../draft.ts';

const CHOICES = [
  ['view', 'By the view', 'good for a day'],
  ['minute', 'By the minute', 'paid as one watches'],
  ['day', 'By the day', 'as many days as one likes'],
] as const;
/** Of a file that plays as a whole. */
const WHOLE_CHOICES = CHOICES.filter(([unit]) => unit !== 'minute');

interface UnitChoiceProps {
  terms: { unit: Unit; protect: boolean };
  onChoose: (unit: Unit) => void;
}

export function UnitChoice({ terms, onChoose }: UnitChoiceProps) {
  const { protect } = terms;
  return (
    <RadioRow
      legend="What the price is for"
      options={protect ? CHOICES : WHOLE_CHOICES}
      chosen={unitOf(terms)}
      onChoose={onChoose}
    >
      {!protect && <p className="field-hint">Minutes are sold of protected videos only.</p>}
    </RadioRow>
  );
}
