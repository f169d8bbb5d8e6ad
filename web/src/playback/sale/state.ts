import type { ClientError } from '../../../../client/index.ts';

/** What a viewer sees of a sale. */
export interface SaleState {
  /** A deposit with the provider, of which keys are paid. */
  hasDeposit: boolean;
  /** The rest of it is asked for: nothing more is paid from it. */
  isLeaving: boolean;
  /** Base units that are left in it; `null` where nobody has said so yet. */
  left: bigint | null;
  /** Units of the video whose keys are kept in this browser. */
  openUnits: number;
  /** What the wallet has paid elsewhere is open in this browser, too. */
  isUnlocked: boolean;
  /** A person has asked to play for money. */
  isPaying: boolean;
  /** What a person has to decide. */
  stopped: ClientError | null;
  /** Why the provider sells nothing for a while: it is asked again by itself. */
  refused: ClientError | null;
  /** Counts what changes the balance of the deposit: keys that have come, and more that is put aside. */
  changes: number;
  /** Base units that have come back from the last deposit. */
  back: bigint | null;
}

export const NOTHING_YET: SaleState = {
  ...{ hasDeposit: false, isLeaving: false, left: null },
  ...{ openUnits: 0, isUnlocked: false, isPaying: false },
  ...{ stopped: null, refused: null, changes: 0, back: null },
};
