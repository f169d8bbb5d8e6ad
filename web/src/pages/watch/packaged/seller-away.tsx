import type { Stream } from '../../../api/answers.ts';
import { Button } from '../../../components/form/button.tsx';
import { short } from '../../../components/hash.tsx';
import { Notice } from '../../../components/notice.tsx';
import { clock } from '../../../player/clock.ts';
import { isUsable, type ServedStream } from '../serving.ts';

interface SellerAwayProps {
  servings: readonly ServedStream[];
  from: Stream;
  atSec: number;
  choose: (provider: string) => void;
}

/** A notice that the provider whose keys are paid does not answer; and who else sells them. */
export function SellerAway({ servings, from, atSec, choose }: SellerAwayProps) {
  const other = servings.find(({ stream, answer }) => stream !== from && isUsable(answer))?.stream;
  const wallet = other && short(other.content_distributor_wallet);
  return (
    <Notice tone="warm" title={`${short(from.content_distributor_wallet)} does not answer.`} announce>
      <p>It goes on by itself as soon as it does. Nothing is paid meanwhile, and what is paid stays yours.</p>
      {other && (
        <>
          <p>
            {wallet} sells it too, from a deposit of its own: there it goes on at {clock(atSec)}.
          </p>
          <Button look="quiet" onClick={() => choose(other.content_distributor_wallet)}>
            Watch from {wallet} instead
          </Button>
        </>
      )}
    </Notice>
  );
}
