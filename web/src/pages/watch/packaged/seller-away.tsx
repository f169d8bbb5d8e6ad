import { Notice } from '../../../components/notice.tsx';
import { short } from '../../../lib/short.ts';
import { OtherSeller, type OtherSellerProps } from './other-seller.tsx';

/** A notice that the provider whose keys are paid does not answer; and who else sells them. */
export function SellerAway(props: OtherSellerProps) {
  const title = `${short(props.from.content_distributor_wallet)} does not answer.`;
  return (
    <Notice tone="warm" title={title} announce>
      <p>It goes on by itself as soon as it does. Nothing is paid meanwhile, and what is paid stays yours.</p>
      <OtherSeller {...props} />
    </Notice>
  );
}
