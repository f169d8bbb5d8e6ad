import { type ChangeEvent, useState } from 'react';
import type { Content } from '../../../api/answers.ts';
import type { Sale } from '../../../playback/sale/sale.ts';
import {
  depositError,
  limitError,
  manyTimes,
  proposedMore,
  proposedUnits,
  reachedUnits,
  type Standing,
  unitsIn,
  unitsOfAll,
} from './amounts.ts';

interface About {
  /** Of the deposit that there is already. */
  standing: Standing | null;
  /** Units of the video that are open: a new deposit pays for the others. */
  openUnits: number;
  /** Base units of the wallet, where that is known. */
  held: bigint | undefined;
}

/** What is put aside, and what of it this video may cost: as typed, in units. */
export function useDepositFields(
  content: Content,
  { soldUnits }: Pick<Sale, 'soldUnits'>,
  { standing, openUnits, held }: About,
) {
  const missing = Math.max(1, soldUnits - openUnits);
  const [deposit, setDeposit] = useState(() =>
    String(standing ? proposedMore(content, standing) : proposedUnits(content, missing)),
  );
  const [typedLimit, setLimit] = useState<string>();
  const [sureOf, setSureOf] = useState<number>();
  const units = unitsIn(deposit);
  const all = unitsOfAll(content, standing ? soldUnits : missing);
  // More that is put aside comes to what is there.
  const reached = standing ? reachedUnits(content, soldUnits, standing) : 0;
  const reach = units === undefined ? undefined : reached + units;
  // Until a person says something else all of the video, as far as the deposit goes.
  const limit = typedLimit ?? String(Math.min(all, reach ?? all));
  return {
    units,
    most: unitsIn(limit),
    /** `null`, unless it is so large that it is asked back about. */
    times: manyTimes(content, soldUnits, units ?? 0),
    isSure: sureOf === units,
    makeSure: () => setSureOf(units),
    deposit: field(deposit, setDeposit, depositError(content, units, held)),
    limit: field(limit, setLimit, limitError(content, limit, reach)),
  };
}

function field(value: string, set: (value: string) => void, error: string | undefined) {
  const onChange = ({ target }: ChangeEvent<HTMLInputElement>) => set(target.value);
  return { inputMode: 'numeric' as const, value, onChange, error };
}
