import type { Stream } from '../../../api/answers.ts';
import { Button } from '../../../components/form/button.tsx';
import { short } from '../../../lib/short.ts';
import { clock } from '../../../player/clock.ts';
import { isUsable, type ServedStream } from '../serving.ts';

export interface OtherSellerProps {
  servings: readonly ServedStream[];
  from: Stream;
  atSec: number;
  choose: (provider: string) => void;
}

/** Who else sells the keys of the video; nothing where nobody does. */
export function OtherSeller({ servings, from, atSec, choose }: OtherSellerProps) {
  const other = servings.find(({ stream, answer }) => stream !== from && isUsable(answer))?.stream;
  if (!other) return null;
  const wallet = short(other.content_distributor_wallet);
  return (
    <>
      <p>
        {wallet} sells it too, from a deposit of its own: there it{' '}
        {atSec > 0 ? `goes on at ${clock(atSec)}` : 'plays'}.
      </p>
      <Button look="quiet" onClick={() => choose(other.content_distributor_wallet)}>
        Watch from {wallet} instead
      </Button>
    </>
  );
}
