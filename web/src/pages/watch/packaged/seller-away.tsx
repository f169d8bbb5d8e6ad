import { Notice } from '../../../components/notice.tsx';
import { short } from '../../../lib/short.ts';
import { OtherSeller, type OtherSellerProps } from './other-seller.tsx';

/** It does not answer; it says that it sells nothing now; or only a part before the deposit is final. */
export type SellersState = 'away' | 'refuses' | 'waits';

interface SellerAwayProps extends OtherSellerProps {
  state: SellersState;
}

const WHAT: Readonly<Record<SellersState, string>> = {
  away: 'does not answer',
  refuses: 'does not sell right now',
  waits: 'waits until your deposit is final on the chain',
};

/** A notice that the provider whose keys are paid gives none now, and why; and who else sells them. */
export function SellerAway({ state, ...props }: SellerAwayProps) {
  const title = `${short(props.from.content_distributor_wallet)} ${WHAT[state]}.`;
  return (
    <Notice tone="warm" title={title} announce>
      <p>
        {state === 'waits' ? 'It goes on by itself then.' : 'It goes on by itself as soon as it does.'}{' '}
        Nothing is paid meanwhile, and what is paid stays yours.
      </p>
      <OtherSeller {...props} />
    </Notice>
  );
}

/** Of one that was asked for a key in vain. @param code of its answer; `undefined` where there was none */
export function sellersState(isAway: boolean, code: string | undefined): SellersState {
  if (isAway) return 'away';
  return code === 'deposit_unconfirmed' ? 'waits' : 'refuses';
}
