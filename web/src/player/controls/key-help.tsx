import type { RefObject } from 'react';
import { Dialog } from '../../components/form/dialog.tsx';
import { KEYS } from './keys.ts';

/** Which key does what. */
export function KeyHelp({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) {
  return (
    <Dialog dialog={dialog} title="Keys of the player">
      <dl className="facts">
        {KEYS.map(({ shown, does }) => (
          <div key={does} className="fact">
            <dt>
              {shown.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className="small soft">They do nothing while you write in a field.</p>
    </Dialog>
  );
}
