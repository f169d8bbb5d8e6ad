import { useState } from 'react';
import type { Content } from '../../../api/answers.ts';
import { useResource } from '../../../api/resource.ts';
import { Button } from '../../../components/form/button.tsx';
import { ResourceView } from '../../../components/states.tsx';
import type { Sale } from '../../../playback/sale/sale.ts';
import { baseText } from './amounts.ts';
import { ByKey } from './by-key.tsx';
import { limitOf } from './limits.ts';

interface SpendingProps {
  content: Content;
  sale: Sale;
  /** Counts what changes it. */
  changes: number;
  /** The rest is asked for: that is said without being asked. */
  isLeaving: boolean;
  /** Missing where it is asked for anyway. */
  askDeposit: (() => void) | undefined;
}

/** What is spent and left, for who asks; and the way back for the rest. */
export function Spending({ content, sale, changes, isLeaving, askDeposit }: SpendingProps) {
  const [asked, setAsked] = useState(0);
  const key = `balance ${content.contract} ${content.content_id} ${asked} ${changes}`;
  const isAsked = asked > 0 || isLeaving;
  const read = isAsked ? { key, load: () => sale.balance(), on: { kinds: [] } } : null;
  const limit = limitOf(content);
  const balance = useResource(read, { keep: true });
  const again = () => setAsked((count) => count + 1);
  if (!isAsked) {
    return (
      <Button look="quiet" onClick={again}>
        Spent and left
      </Button>
    );
  }
  return (
    <ResourceView resource={balance}>
      {(found) =>
        found && (
          <div className="stack-3">
            <dl className="facts number">
              <dt>Spent</dt>
              <dd>{baseText(content, found.spent - found.awaited)}</dd>
              {found.awaited > 0n && (
                <>
                  <dt>Promised, not open yet</dt>
                  <dd>{baseText(content, found.awaited)}</dd>
                </>
              )}
              <dt>Left</dt>
              <dd>{baseText(content, found.left)}</dd>
              {limit !== null && (
                <>
                  <dt>Limit for this video</dt>
                  <dd>{baseText(content, limit)}</dd>
                </>
              )}
            </dl>
            <div className="row">
              <Button look="quiet" onClick={again}>
                Look again
              </Button>
              {askDeposit && !isLeaving && (
                <Button look="quiet" onClick={askDeposit}>
                  Put more aside
                </Button>
              )}
            </div>
            <ByKey {...{ content, sale, again }} balance={found} />
          </div>
        )
      }
    </ResourceView>
  );
}
