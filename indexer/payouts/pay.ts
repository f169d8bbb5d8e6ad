import type { NumberedView, UnpaidView } from '../contract/packed-views.ts';
import { laneOf } from '../contract/sponsor-nonce.ts';
import { sponsorCall, sponsorOutcome } from '../contract/stream-host.ts';
import { crashPoint } from '../lib/crash-point.ts';
import { errorWith } from '../lib/errors.ts';
import { sum } from '../lib/money.ts';
import { pollUntil } from '../lib/poll-until.ts';
import type { SentTransaction, TxRecords } from '../store/book.ts';
import type { TxManager } from '../txmgr/tx-manager.ts';
import type { Batch } from './plan.ts';
import { SPONSOR, spentNonces, termsByContent, type UnpaidViewsDeps } from './unpaid-views.ts';

export interface PayDeps extends UnpaidViewsDeps {
  txManager: TxManager;
  book: TxRecords;
}

/** What became of one batch of the plan. */
export interface PaidBatch {
  /** `null`: nothing was left to pay when its turn came. */
  txHash: string | null;
  paid: UnpaidView[];
  /** Base units. */
  amount: bigint;
  gasUsed: bigint;
  /** Wei. */
  gasCost: bigint;
  /** What came back as the operator's credit in the contract, because the contract skipped views. */
  surplus: bigint;
  /** Views that another run pays, or whose price has risen since the plan was shown: see them in the next plan. */
  left: UnpaidView[];
}

/** The transaction was mined and reverted: nothing was paid. */
export class SponsorReverted extends errorWith<{ txHash: string }>(
  ({ txHash }) => `Transaction ${txHash} was reverted: it paid nothing.`,
) {}

/**
 * Sends what an earlier run recorded and did not send, and waits while sponsorships are not mined yet.
 * @returns what is still not mined when the time is over, for `findUnpaidViews`.
 */
export async function finishEarlierRun(
  { txManager }: Pick<PayDeps, 'txManager'>,
  timeoutMs: number,
): Promise<SentTransaction[]> {
  let unmined: SentTransaction[] = [];
  const isFinished = async () => {
    await txManager.send(SPONSOR, async (found) => {
      unmined = found;
      return null;
    });
    return !unmined.some((tx) => tx.purpose === SPONSOR);
  };
  await pollUntil(isFinished, { everyMs: POLL_MS, timeoutMs });
  return unmined;
}

/**
 * Pays one batch in one transaction, at prices no higher than planned. Safe to repeat after a crash at any point:
 * a view keeps its nonce for ever, and the contract takes each nonce once.
 * @throws {SponsorReverted}, {StillPending}, {Replaced}, {KeyBusy} and the node's errors
 */
export async function payBatch(deps: PayDeps, batch: Batch): Promise<PaidBatch> {
  const nonces = await deps.book.assignSponsorNonces(await uncovered(deps, batch));
  crashPoint('sponsor.nonces-assigned');
  let offered: NumberedView[] = [];
  const sent = await deps.txManager.send(SPONSOR, async (unmined) => {
    offered = await stillUnpaid(deps, batch, nonces, unmined);
    return offered.length === 0 ? null : sponsorCall(offered);
  });
  if (sent === null) return { ...NOTHING, left: batch.views };

  const receipt = await sent.mined();
  crashPoint('sponsor.mined');
  if (receipt.status !== 1) throw new SponsorReverted({ txHash: receipt.hash });
  const { paid: refs, surplus } = sponsorOutcome(receipt);
  const paid = offered.filter((view) => refs.has(view.ref));
  return {
    txHash: receipt.hash,
    paid,
    amount: sum(paid.map((view) => view.price)),
    gasUsed: receipt.gasUsed,
    gasCost: receipt.fee,
    surplus,
    left: batch.views.filter((view) => !refs.has(view.ref)),
  };
}

/** Refs of those that no on-chain view covers by now. */
async function uncovered({ store }: PayDeps, { views }: Batch): Promise<string[]> {
  const covering = await Promise.all(views.map(({ ref }) => store.coveringView(ref)));
  return views.filter((_, index) => covering[index] === null).map(({ ref }) => ref);
}

const POLL_MS = 500;
const NOTHING = { txHash: null, paid: [], amount: 0n, gasUsed: 0n, gasCost: 0n, surplus: 0n };

/**
 * Asked while the key is ours, so that no other run can pay the same views meanwhile. A price that fell is paid as
 * it is now; one that rose above the plan is left for a plan that shows it.
 */
async function stillUnpaid(
  deps: PayDeps,
  batch: Batch,
  nonces: Map<string, bigint>,
  unmined: SentTransaction[],
): Promise<NumberedView[]> {
  const spent = await spentNonces(deps, batch.contract, [...nonces.values()], unmined);
  const terms = await termsByContent(deps.chain, batch.contract, batch.views);
  const unpaid = batch.views.flatMap((view) => {
    const sponsorNonce = nonces.get(view.ref);
    const price = terms.get(view.contentId)?.pricePerUnit;
    if (sponsorNonce === undefined || price === undefined || price > view.price) return [];
    if (spent.used.has(sponsorNonce) || spent.inFlight.has(sponsorNonce)) return [];
    return [{ ...view, price, sponsorNonce }];
  });
  const lane = unpaid[0] && laneOf(unpaid[0].sponsorNonce);
  return unpaid.filter((view) => laneOf(view.sponsorNonce) === lane);
}
