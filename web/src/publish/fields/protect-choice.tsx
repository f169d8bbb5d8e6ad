import { Field } from '../../components/form/field.tsx';
import { RadioRow } from '../../components/form/radio-row.tsx';
import { toBaseUnits } from '../../contract/money.ts';
import type { Draft } from '../draft.ts';

const CHOICES = [
  ['protected', 'Protected', 'keys are sold, one for each minute'],
  ['clear', 'Clear file', 'the file as it is, to who has paid'],
] as const;

interface ProtectChoiceProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  /** Of the free start. */
  error: string | undefined;
}

/** Whether keys of a video are sold, or the file. */
export function ProtectChoice({
  draft: { protect, price, coin, previewSec },
  change,
  error,
}: ProtectChoiceProps) {
  const isFree = toBaseUnits(price, coin?.decimals) === 0n;
  return (
    <div className="stack-3">
      <RadioRow
        legend="What is published"
        options={CHOICES}
        chosen={protect ? 'protected' : 'clear'}
        onChoose={(chosen) => change({ protect: chosen === 'protected' })}
      >
        <p className="field-hint">{hintFor(protect, isFree)}</p>
      </RadioRow>
      {protect && !isFree && (
        <Field
          label="Free start"
          type="number"
          min="0"
          max="60"
          unit="seconds"
          value={Number.isNaN(previewSec) ? '' : previewSec}
          onChange={({ target }) => change({ previewSec: target.valueAsNumber })}
          error={error}
          hint="Plays for everybody, before anything is paid."
        />
      )}
    </div>
  );
}

function hintFor(protect: boolean, isFree: boolean): string {
  if (!protect) return 'Whoever has it can pass it on. Anything can be published so, not only videos.';
  if (isFree) return 'Free: it is cut into pieces that play anywhere, and nothing is encrypted.';
  return 'Anybody may hold and pass on the encrypted video. It is no copy protection: who has bought keys can pass them on, too.';
}
