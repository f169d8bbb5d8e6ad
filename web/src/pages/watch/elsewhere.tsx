import type { Content, Stream } from '../../api/answers.ts';
import { priceText } from '../../components/amount.ts';
import { Notice } from '../../components/notice.tsx';
import { short } from '../../lib/short.ts';
import { clock } from '../../player/clock.ts';
import type { NextStep } from './choice.ts';

interface ElsewhereProps {
  content: Content;
  from: Stream;
  to: Stream;
  nextStep: NextStep;
  atSec: number;
}

/** A notice that the provider does not answer, and who else serves the video. */
export function Elsewhere({ content, from, to, nextStep, atSec }: ElsewhereProps) {
  const other = short(to.content_distributor_wallet);
  const goesOn = atSec > 0 ? `it goes on at ${clock(atSec)}` : 'it plays';
  const words: Partial<Record<NextStep, string>> = {
    checking: 'Looking whether somebody else serves it …',
    pay: `${other} serves it too, for ${priceText(content)}: a payment is for one provider. Once it is made, ${goesOn}.`,
    sign: `You have paid ${other} too: once you have signed, ${goesOn}.`,
    nothing: 'Nobody else who serves it answers.',
  };
  return (
    <Notice tone="warm" title={`${short(from.content_distributor_wallet)} does not answer.`} announce>
      <p>{words[nextStep]}</p>
    </Notice>
  );
}
