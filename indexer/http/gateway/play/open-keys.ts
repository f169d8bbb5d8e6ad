import type { PlayGate } from '../../../playback/gate.ts';
import { KeyGate } from '../../../playback/keys/key-gate.ts';
import { createKeyMedia } from '../../../playback/keys/key-offers.ts';
import { PayerUnits } from '../../../playback/keys/payer-units.ts';
import { KeySale } from '../../../playback/sale/key-sale.ts';
import type { Context } from '../../context.ts';

/** What sells keys, and what looks for what is sold so. */
export function openKeys(gate: PlayGate, context: Context) {
  const { chain, contract, unitKeys, config, nowSec } = context;
  const payers = new PayerUnits(context);
  const sale = new KeySale({ ...context, unconfirmedUnits: config.unconfirmedUnits });
  const keys = new KeyGate({
    ...{ unitKeys, payers, sale, nowSec },
    grantOf: (offers, token) => gate.grantOf(offers, token),
    isLagging: () => gate.isLagging(),
  });
  const mediaOf = createKeyMedia({
    ...{ unitKeys, nowSec },
    withdrawDelaySec: (at) => contract.withdrawDelaySec(at),
    offersOf: (cid) => gate.offersOf(cid),
    onIndexed: (listener) => chain.onIndexed(listener),
  });
  return { keys, payers, mediaOf };
}
