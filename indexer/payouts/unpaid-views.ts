import type { UnpaidView } from '../contract/packed-views.ts';
import { type HostContract, sponsorNoncesOf } from '../contract/stream-host.ts';
import type { NewReport, ReportFilter, SentTransaction, TxRecords } from '../store/book.ts';
import type { BlockRef } from '../store/rows.ts';
import type { ChainRecords, ReportedViews, Terms } from '../store/store.ts';
import { type PaidViews, type ReadPaidViews, viewKey } from './paid-on-chain.ts';

/** Why an unsettled report is not to be paid now. */
export type Hold =
  /** It was sponsored; the index has not seen it yet. */
  | 'paid'
  /** A transaction of ours that pays it is sent and not mined. */
  | 'in flight'
  /** Its viewer paid just now: once the index has seen the payment, it may settle this report. */
  | 'payment not indexed'
  /** It names a transaction that is not mined, less than a day ago. */
  | 'payment not mined'
  /** The contract does not know the content (any more, after a reorganisation). */
  | 'unknown content';

/** A report that no on-chain view covers. */
export interface OpenReport extends NewReport {
  /** `null` before one is assigned. */
  sponsorNonce: bigint | null;
}

export interface UnpaidViews {
  unpaid: UnpaidView[];
  held: { report: OpenReport; why: Hold }[];
}

export interface UnpaidViewsDeps {
  store: ReportedViews & Pick<ChainRecords, 'cursor' | 'indexedContracts'>;
  book: Pick<TxRecords, 'senders' | 'sponsorNonces'>;
  chain: HostContract;
  paidViews: ReadPaidViews;
  /** First block of each contract that the host knows, by lower-case address. */
  deployedAt: ReadonlyMap<string, number>;
  /** The account that will pay, lower case. */
  sponsor: string;
  nowSec?: () => number;
}

export const SPONSOR = 'sponsor';
const DAY_SEC = 86_400;

/**
 * The reports that are to be paid now: what the store holds as unsettled, less what the chain's head says is paid
 * already. Thus a crash at any moment, or a database that was lost, pays nothing twice.
 * @param unmined what the operator's key has sent and is not mined yet.
 */
export async function findUnpaidViews(
  deps: UnpaidViewsDeps,
  filter: ReportFilter,
  unmined: SentTransaction[],
): Promise<UnpaidViews> {
  // The cursor first: what is indexed meanwhile is then seen twice, never not at all.
  const cursor = await deps.store.cursor();
  const indexed = await deps.store.indexedContracts();
  const reports = await openReports(deps, filter);
  const found: UnpaidViews = { unpaid: [], held: [] };
  for (const [contract, ofContract] of Map.groupBy(reports, (report) => report.contract)) {
    const paid = await deps.paidViews(contract, firstUnindexed(deps, contract, indexed, cursor));
    const open = ofContract.filter(({ ref }) => !paid.refs.has(ref));
    const spent = await spentNonces(deps, contract, open.flatMap(nonceOf), unmined);
    const terms = await termsByContent(deps.chain, contract, ofContract);
    for (const report of ofContract) {
      const inForce = terms.get(report.contentId) ?? null;
      const why = await holdOf(deps, report, paid, spent);
      if (why !== null) found.held.push({ report, why });
      else if (inForce === null) found.held.push({ report, why: 'unknown content' });
      else {
        const { pricePerUnit: price, providerShareBps } = inForce;
        found.unpaid.push({ ...report, price, providerShareBps });
      }
    }
  }
  return found;
}

async function openReports({ store, book }: UnpaidViewsDeps, filter: ReportFilter): Promise<OpenReport[]> {
  const reports = await store.unsettledReports(filter);
  const nonces = await book.sponsorNonces(reports.map(({ ref }) => ref));
  return reports.map((report) => ({ ...report, sponsorNonce: nonces.get(report.ref) ?? null }));
}

export interface SpentNonces {
  used: Set<bigint>;
  inFlight: Set<bigint>;
}

/** Nonces that a mined or a sent transaction takes, of the key in use and of any that was used here before. */
export async function spentNonces(
  deps: UnpaidViewsDeps,
  contract: string,
  nonces: bigint[],
  unmined: SentTransaction[],
): Promise<SpentNonces> {
  const ours = unmined.filter((tx) => tx.purpose === SPONSOR);
  const sponsors = [...new Set([deps.sponsor, ...(await deps.book.senders(SPONSOR))])];
  return {
    inFlight: new Set(ours.flatMap(sponsorNoncesOf)),
    used: await deps.chain.usedNonces(contract, sponsors, nonces),
  };
}

export async function termsByContent(
  chain: HostContract,
  contract: string,
  views: { contentId: string }[],
): Promise<Map<string, Terms | null>> {
  const ids = [...new Set(views.map((view) => view.contentId))];
  const terms = await Promise.all(ids.map((id) => chain.termsInForce(contract, id)));
  return new Map(ids.map((id, index) => [id, terms[index] ?? null]));
}

function firstUnindexed(
  { deployedAt }: UnpaidViewsDeps,
  contract: string,
  indexed: string[],
  cursor: BlockRef | null,
): number {
  const deployed = deployedAt.get(contract) ?? 0;
  return cursor !== null && indexed.includes(contract) ? Math.max(cursor.number + 1, deployed) : deployed;
}

async function holdOf(
  deps: UnpaidViewsDeps,
  report: OpenReport,
  paid: PaidViews,
  spent: SpentNonces,
): Promise<Hold | null> {
  const { ref, sponsorNonce, txHash, receivedAtSec } = report;
  if (paid.refs.has(ref)) return 'paid';
  if (sponsorNonce !== null && spent.inFlight.has(sponsorNonce)) return 'in flight';
  if (sponsorNonce !== null && spent.used.has(sponsorNonce)) return 'paid';
  if (paid.keys.has(viewKey(report))) return 'payment not indexed';
  const nowSec = deps.nowSec?.() ?? Math.floor(Date.now() / 1000);
  const mayStillCome = txHash !== null && nowSec - receivedAtSec < DAY_SEC;
  if (mayStillCome && !(await deps.chain.isMined(txHash))) return 'payment not mined';
  return null;
}

function nonceOf(report: OpenReport): bigint[] {
  return report.sponsorNonce === null ? [] : [report.sponsorNonce];
}
