import type { ViewRecord } from '../../../api/answers.ts';
import type { Role } from '../../../api/host.ts';
import { coinName } from '../../../components/amount.ts';
import { howPaid } from '../../../components/how-paid.ts';

/** What the wallet got or paid, as decimal text; what nobody has paid brings nothing. */
export function ownPart(view: ViewRecord, role: Role): string {
  const { amount, creator_amount, provider_amount, settled } = view;
  if (!settled) return '0';
  if (role === 'viewer') return amount;
  return (role === 'creator' ? creator_amount : provider_amount) ?? '0';
}

const HEAD = ['time', 'video', 'content_id', 'cid', 'provider', 'units', 'paid', 'own_part', 'coin', 'token'];
const TAIL = ['how', 'contract', 'transaction'];

/** A table for spreadsheets and books. @param withViewers whether it names who has watched */
export function historyCsv(
  views: readonly ViewRecord[],
  role: Role,
  { nameOf, withViewers }: { nameOf: (view: ViewRecord) => string; withViewers: boolean },
): string {
  const viewer = (text: string) => (withViewers ? [text] : []);
  const rows = views.map((view) => [
    ...[view.timestamp, nameOf(view), view.content_id, view.cid, view.provider_wallet, String(view.units)],
    ...[view.amount, ownPart(view, role), coinName(view), view.token],
    ...viewer(view.blockchain_address),
    ...[howPaid(view), view.contract, view.tx_hash ?? ''],
  ]);
  return csv([[...HEAD, ...viewer('viewer'), ...TAIL], ...rows]);
}

/** RFC 4180: fields with a comma, a quote or a line's end in quotes; lines end in CR LF. */
export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** How a formula begins in spreadsheets: names of videos and coins are by strangers. */
const FORMULA = /^[=+\-@\t\r\n]/;

function field(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
