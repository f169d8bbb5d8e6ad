import { useState } from 'react';
import type { Balance } from '../../../../../client/index.ts';
import type { Content } from '../../../api/answers.ts';
import { useResource } from '../../../api/resource.ts';
import { ActionButton } from '../../../components/form/action-button.tsx';
import { Button } from '../../../components/form/button.tsx';
import { ResourceView } from '../../../components/states.tsx';
import { Time } from '../../../components/time.tsx';
import type { Sale } from '../../../playback/sale/sale.ts';
import { baseText } from './amounts.ts';
import { useSignerAction } from './use-signer-action.ts';

interface SpendingProps {
  content: Content;
  sale: Sale;
  askDeposit: () => void;
}

/** What is spent and left, for who asks; and the way back for the rest. */
export function Spending({ content, sale, askDeposit }: SpendingProps) {
  const [asked, setAsked] = useState(0);
  const key = `balance ${content.contract} ${content.content_id} ${asked}`;
  const read = asked > 0 ? { key, load: () => sale.balance(), on: { kinds: [] } } : null;
  const balance = useResource(read, { keep: true });
  const again = () => setAsked((count) => count + 1);
  if (asked === 0) {
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
              <dd>{baseText(content, found.spent)}</dd>
              <dt>Left</dt>
              <dd>{baseText(content, found.left)}</dd>
            </dl>
            <div className="row">
              <Button look="quiet" onClick={again}>
                Look again
              </Button>
              <Button look="quiet" onClick={askDeposit}>
                Put more aside
              </Button>
            </div>
            <Rest content={content} sale={sale} balance={found} again={again} />
          </div>
        )
      }
    </ResourceView>
  );
}

interface RestProps {
  content: Content;
  sale: Sale;
  balance: Balance;
  again: () => void;
}

const LEAVING = { done: 'Asked for. The provider takes what is due, then the rest is yours.' };
const COLLECTED = { done: 'The rest is in your wallet.' };

/** The rest is asked for by one button, and by another it is taken once the delay is over. */
function Rest({ content, sale, balance: { left, withdrawableAtSec }, again }: RestProps) {
  const leave = useSignerAction('leave', content, again, (signer) => sale.leave(signer));
  const collect = useSignerAction('collect', content, again, (signer) => sale.collect(signer));
  if (withdrawableAtSec === null) {
    if (left === 0n) return null;
    return (
      <ActionButton action={leave} labels={LEAVING} look="quiet">
        Take the rest back
      </ActionButton>
    );
  }
  const isDue = withdrawableAtSec * 1000 <= Date.now();
  return (
    <>
      <p className="small soft">
        The rest is asked for, and nothing more is bought.{' '}
        {isDue ? 'It can be taken now.' : 'It can be taken '}
        {!isDue && <Time iso={new Date(withdrawableAtSec * 1000).toISOString()} />}
      </p>
      {isDue && (
        <ActionButton action={collect} labels={COLLECTED} look="quiet">
          Take {baseText(content, left)}
        </ActionButton>
      )}
    </>
  );
}
