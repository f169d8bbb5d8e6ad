import { useState } from 'react';
import { Button } from './form/button.tsx';

const WORDS = { none: '', done: 'Copied.', failed: 'Your browser does not let the page copy: select it.' };

/** Text to take elsewhere, with a button that copies it. */
export function CopiedText({ text }: { text: string }) {
  const [outcome, setOutcome] = useState<keyof typeof WORDS>('none');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('done');
    } catch {
      // Also where there is no clipboard: the page came by plain HTTP.
      setOutcome('failed');
    }
  };
  return (
    <div className="stack-2">
      <code className="wrap block">{text}</code>
      <div className="line">
        <Button look="quiet" onClick={() => void copy()}>
          Copy
        </Button>
        <span role="status">{WORDS[outcome]}</span>
      </div>
    </div>
  );
}
