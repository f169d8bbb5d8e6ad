import { Button } from '../../components/form/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Notice } from '../../components/notice.tsx';
import type { LookedFirst } from './use-look-first.ts';

/** What was found at an address; where nobody could watch it there, one may go on knowingly. */
export function LookNote({ words, goOn, label }: Pick<LookedFirst, 'words' | 'goOn'> & { label: string }) {
  if (words === null) return null;
  const { tone, title, detail, stops } = words;
  if (!stops) {
    return (
      <p className={`small ${tone === 'good' ? 'line check check-good' : 'soft'}`} role="status">
        {tone === 'good' && <Icon name="check" />} <span>{title}</span>
      </p>
    );
  }
  return (
    <Notice tone="warm" title={title} announce>
      {detail !== null && <p>{detail}</p>}
      <p>Viewers who choose you there would pay for what they cannot watch.</p>
      {goOn && (
        <Button look="quiet" onClick={goOn}>
          {label}
        </Button>
      )}
    </Notice>
  );
}
