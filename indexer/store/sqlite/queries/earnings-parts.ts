import type Database from 'better-sqlite3';
import { BadCursor, type List, openCursor, sealCursor } from '../../cursor.ts';
import type { EarnedPart, History } from '../../store.ts';
import type { Stored } from '../stored.ts';

type PartRecord = Stored<EarnedPart>;

/** One walk along the key, from the row behind the last one of the page before. */
export function earningsParts(db: Database.Database): Pick<History, 'earnedBy'> {
  const walk = db.prepare<Record<string, string | number>, PartRecord>(
    `SELECT part.contract, part.token, part.key, part.role, part.amount, part.units, part.views,
        content.cid, content.video_name AS videoName, content.unit
      FROM earnings_parts part LEFT JOIN content_metadata content
        ON part.part = 'content' AND content.contract = part.contract AND content.content_id = part.key
      WHERE part.wallet = @wallet AND part.part = @part
        AND (part.contract, part.token, part.key, part.role) > (@contract, @token, @key, @role)
      ORDER BY part.contract, part.token, part.key, part.role LIMIT @limit`,
  );

  return {
    async earnedBy({ wallet, part, limit, cursor }) {
      const list: List = ['earned by', part, wallet.toLowerCase()];
      const [contract = '', token = '', key = '', role = ''] =
        cursor === undefined ? [] : placeIn(cursor, list);
      const from = { contract, token, key, role };
      const found = walk.all({ wallet: wallet.toLowerCase(), part, ...from, limit: limit + 1 });
      const rows = found.slice(0, limit);
      const last = rows.at(-1);
      return {
        rows: rows.map(toPart),
        nextCursor: last && found.length > limit ? sealCursor(textOf(last), list) : null,
      };
    },
  };
}

function toPart({ amount, units, views, ...row }: PartRecord): EarnedPart {
  return { ...row, amount: BigInt(amount), units: BigInt(units), views: BigInt(views) };
}

function textOf({ contract, token, key, role }: PartRecord): string {
  return [contract, token, key, role].join(' ');
}

const PLACE = /^0x[0-9a-f]{40} 0x[0-9a-f]{40} 0x([0-9a-f]{40}|[0-9a-f]{64}) [a-z]+$/;

/** @throws {BadCursor} */
function placeIn(cursor: string, list: List): string[] {
  const text = openCursor(cursor, list);
  if (!PLACE.test(text)) throw new BadCursor();
  return text.split(' ');
}
