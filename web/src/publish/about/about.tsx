import type { Content } from '../../api/answers.ts';
import { amountText, isFree } from '../../components/amount.ts';
import { toDecimal } from '../../contract/money.ts';
import { saidIn } from './said.ts';

/** What its creator says of a video, in text, and the most that one pays for it. */
export function About({ content }: { content: Content }) {
  const { description, capUnits } = saidIn(content.metadata);
  const hasCap = capUnits !== null && !isFree(content) && content.unit === 'minute';
  if (description === null && !hasCap) return null;
  return (
    <section className="about stack-2" aria-label="About this video">
      {description !== null && <p dir="auto">{description}</p>}
      {hasCap && <p className="small soft">{capText(content, capUnits)}</p>}
    </section>
  );
}

/** `At most 0.05 ETH is paid for it within 24 hours.` */
function capText(content: Content, capUnits: number): string {
  const most = BigInt(content.price_base_units) * BigInt(capUnits);
  const amount = amountText(toDecimal(most, content.token_decimals ?? 0), content);
  return `At most ${amount} is paid for it within 24 hours: whoever has paid ${capUnits} minutes has the rest for nothing, as its creator promises.`;
}
