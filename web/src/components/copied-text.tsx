import { useState } from 'react';
import { Button } from './form/button.tsx';

export type Copied = 'none' | 'done' | 'failed';

/** @returns what became of the last copy, and what makes one */
export function useCopy(text: string): [outcome: Copied, copy: () => void] {
  const [outcome, setOutcome] = useState<Copied>('none');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('done');
    } catch {
      // Also where there is no clipboard: the page came by plain HTTP.
      setOutcome('failed');
    }
  };
  return [outcome, () => void copy()];
}

const WORDS: Record<Copied, string> = {
  none: '',
  done: 'Copied.',
  failed: 'Your browser does not let the page copy: select it.',
};

/** Text to take elsewhere, with a button that copies it. */
export function CopiedText({ text }: { text: string }) {
  const [outcome, copy] = useCopy(text);
  return (
    <div className="stack-2">
      <code className="wrap block">{text}</code>
      <div className="line">
        <Button look="quiet" onClick={copy}>
          Copy
        </Button>
        <span role="status">{WORDS[outcome]}</span>
      </div>
    </div>
  );
}
