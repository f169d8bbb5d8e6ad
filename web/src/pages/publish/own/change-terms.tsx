import { useState } from 'react';
import { type Content, UNITS } from '../../../api/answers.ts';
import { useChain } from '../../../chain.tsx';
import { priceText } from '../../../components/amount.ts';
import { ActionButton } from '../../../components/form/action-button.tsx';
import { SendModeChoice } from '../../../components/form/send-mode-choice.tsx';
import { exactTime } from '../../../components/when.ts';
import { toBaseUnits } from '../../../contract/money.ts';
import { useListingWrite } from '../../../contract/use-write.ts';
import { priceError } from '../../../publish/draft.ts';
import { bpsOfProvider } from '../../../publish/fields/bps.ts';
import { describedCoin } from '../../../publish/fields/coin.ts';
import { PriceField } from '../../../publish/fields/price-field.tsx';
import { refusedFields } from '../../../publish/fields/refused.ts';
import { SplitSlider } from '../../../publish/fields/split-slider.tsx';
import { UnitChoice } from '../../../publish/fields/unit-choice.tsx';
import { periodText, useNoticeSec } from './notice-period.ts';

/** Other terms for a video that is sold: announced now, in force after the notice. */
export function ChangeTerms({ content }: { content: Content }) {
  const { chain_id: chainId } = useChain();
  const [price, setPrice] = useState(content.price);
  const [unit, setUnit] = useState(content.unit);
  const [creatorShare, setCreatorShare] = useState(content.creator_share);
  const coin = describedCoin(content, chainId);
  const pricePerUnit = toBaseUnits(price, coin.decimals) ?? 0n;
  const bps = bpsOfProvider(creatorShare);
  const action = useListingWrite(content, {
    name: 'scheduleTerms',
    args: [content.content_id, pricePerUnit, bps, UNITS.indexOf(unit)],
  });
  const { state } = action;
  const refused = state.step === 'failed' ? refusedFields(state.error) : {};
  const wrong = priceError(price, coin);
  const isSame =
    pricePerUnit === BigInt(content.price_base_units) &&
    bps === bpsOfProvider(content.creator_share) &&
    unit === content.unit;
  return (
    <form className="stack-3" onSubmit={(event) => event.preventDefault()}>
      <PriceField {...{ price, unit, coin, onChange: setPrice, error: wrong ?? refused.price }} />
      <UnitChoice
        terms={{ unit, protect: content.media?.form === 'protected' || content.unit === 'minute' }}
        onChoose={setUnit}
      />
      <SplitSlider
        {...{ creatorShare, price, unit, coin, onChange: setCreatorShare, error: refused.creatorShare }}
      />
      <Notice content={content} />
      <SendModeChoice />
      <ActionButton
        action={action}
        labels={{ done: 'The new terms are announced.' }}
        disabled={wrong !== undefined || isSame}
      >
        Announce the new terms
      </ActionButton>
      {isSame && <p className="field-hint">These are the terms that hold now.</p>}
    </form>
  );
}

/** From when a new price holds, who still pays the old one, and how it is taken back. */
function Notice({ content }: { content: Content }) {
  const seconds = useNoticeSec(content.contract);
  const [openedMs] = useState(() => Date.now());
  const from =
    seconds === undefined ? '' : `, about ${exactTime(new Date(openedMs + seconds * 1000).toISOString())}`;
  const old =
    content.price_base_units === '0'
      ? 'it stays free'
      : `everybody pays ${priceText(content)} a ${content.unit}`;
  return (
    <ul className="small soft stack-1">
      <li>
        The new terms hold {periodText(seconds)} after they are announced{from}. Until then {old}.
      </li>
      <li>
        What was watched by deposit before, and is claimed a little later, is still paid at the old price or
        the new one, whichever is lower. What is open stays open.
      </li>
      <li>Until they hold you can take them back, or announce others: then the notice begins anew.</li>
      {content.scheduled && <li>These take the place of what is announced now.</li>}
    </ul>
  );
}
