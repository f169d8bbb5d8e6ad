import { type InputHTMLAttributes, type ReactNode, useId } from 'react';

interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> {
  label: string;
  hint?: ReactNode;
  /** Shown instead of the hint, and read out. */
  error?: string | undefined;
  unit?: string;
}

/** A labelled input, with a hint or an error. */
export function Field({ label, hint, error, unit, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className="field stack-1">
      <label htmlFor={id}>{label}</label>
      <div className="input line">
        <input id={id} aria-describedby={`${id}-hint`} aria-invalid={error !== undefined} {...input} />
        {unit && <span className="unit">{unit}</span>}
      </div>
      <p id={`${id}-hint`} className={error ? 'field-error' : 'field-hint'} aria-live="polite">
        {error ?? hint}
      </p>
    </div>
  );
}
