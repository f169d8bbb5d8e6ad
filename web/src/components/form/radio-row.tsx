import { type ReactNode, useId } from 'react';

interface RadioProps<T extends string> {
  /** Read out only. */
  legend: string;
  options: readonly (readonly [value: T, name: string, hint: string])[];
  chosen: T;
  onChoose: (value: T) => void;
  children?: ReactNode;
}

/** One of a few, side by side, each with a hint. */
export function RadioRow<T extends string>({ legend, options, chosen, onChoose, children }: RadioProps<T>) {
  const group = useId();
  return (
    <fieldset className="option-row">
      <legend className="out-of-sight">{legend}</legend>
      {options.map(([value, name, hint]) => (
        <label key={value} className="option">
          <input type="radio" name={group} checked={value === chosen} onChange={() => onChoose(value)} />
          <span>
            {name}
            <span className="soft small block">{hint}</span>
          </span>
        </label>
      ))}
      {children}
    </fieldset>
  );
}
