import type { Content } from '../api/answers.ts';
import { isFree, priceText } from './amount.ts';
import { Time } from './time.tsx';

/** The terms that are announced; for a retired listing, its return. */
export function ScheduledTerms({ content }: { content: Content }) {
  const { scheduled, retired } = content;
  if (!scheduled) return null;
  const price = priceText({ ...content, price: scheduled.price });
  const terms = isFree(scheduled) ? price : `${price} a ${scheduled.unit}`;
  return (
    <p className="small soft">
      {scheduled.retires ? 'To be retired' : retired ? `Back, for ${terms},` : `${terms} from then on:`}{' '}
      <Time iso={scheduled.effective_at} />
    </p>
  );
}
