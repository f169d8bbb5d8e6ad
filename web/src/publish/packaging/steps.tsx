import type { Step } from './step-of.ts';

const STEPS: readonly (readonly [step: Step, name: string])[] = [
  ['upload', 'Upload'],
  ['check', 'Check'],
  ['package', 'Package'],
  ['store', 'Store'],
  ['done', 'Done'],
];
/** Of a file that is kept as it is. */
const PLAIN_STEPS = STEPS.filter(([step]) => step !== 'check' && step !== 'package');
/** The way of a file, and where on it one is. */
export function Steps({ now, isClear }: { now: Step; isClear: boolean }) {
  const steps = isClear ? PLAIN_STEPS : STEPS;
  const at = steps.findIndex(([step]) => step === now);
  return (
    <ol className="steps small" aria-label="How far it is">
      {steps.map(([step, name], index) => (
        <li
          key={step}
          aria-current={index === at ? 'step' : undefined}
          className={index < at || now === 'done' ? 'step-over' : undefined}
        >
          {name}
        </li>
      ))}
    </ol>
  );
}
