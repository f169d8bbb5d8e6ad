import { Notice } from '../../../components/notice.tsx';
import { short } from '../../../lib/short.ts';
import { OtherSeller, type OtherSellerProps } from './other-seller.tsx';

interface SellerAwayProps extends OtherSellerProps {
  /** It answers, and says that it sells nothing now. */
  isRefusing: boolean;
}

/** A notice that the provider whose keys are paid does not answer, or sells nothing now; and who else sells them. */
export function SellerAway({ isRefusing, ...props }: SellerAwayProps) {
  const what = isRefusing ? 'does not sell right now' : 'does not answer';
  const title = `${short(props.from.content_distributor_wallet)} ${what}.`;
  return (
    <Notice tone="warm" title={title} announce>
      <p>It goes on by itself as soon as it does. Nothing is paid meanwhile, and what is paid stays yours.</p>
      <OtherSeller {...props} />
    </Notice>
  );
}
