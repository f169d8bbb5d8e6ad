import type Database from 'better-sqlite3';

/** Hex in lower case is kept as bytes, which are half as long; any other text stays as it is. So each is told from the other. */
const HEX = /^0x(?:[0-9a-f]{2})*$/;

export function packed(text: string): string | Buffer {
  return HEX.test(text) ? Buffer.from(text.slice(2), 'hex') : text;
}

/** The same in SQL. */
export function packedSql(text: string): string {
  return `CASE WHEN ${text} GLOB '0x*' AND ${text} = lower(${text})
    THEN coalesce(unhex(substr(${text}, 3)), ${text}) ELSE ${text} END`;
}

/** The text again. */
export function unpacked(value: string | Buffer | null): string | null {
  return Buffer.isBuffer(value) ? `0x${value.toString('hex')}` : value;
}

/** The same in SQL. */
export function unpackedSql(value: string): string {
  return `CASE typeof(${value}) WHEN 'blob' THEN '0x' || lower(hex(${value})) ELSE ${value} END`;
}

/** The number that rows have in the place of an address, a CID or the id of a content. */
export function numberSql(text: string): string {
  return `(SELECT id FROM names WHERE name = ${packedSql(text)})`;
}

/** What the number stands for. */
export function nameSql(number: string): string {
  return `(SELECT text FROM names WHERE id = ${number})`;
}

/** @returns the number of a name, a new one where it has none yet. To be called inside the caller's transaction. */
export function createNumbering(db: Database.Database): (name: string) => number {
  const find = db.prepare<[string | Buffer], number>('SELECT id FROM names WHERE name = ?').pluck();
  const add = db.prepare<[string | Buffer]>('INSERT INTO names (name) VALUES (?)');
  return (name) => {
    const key = packed(name);
    return find.get(key) ?? Number(add.run(key).lastInsertRowid);
  };
}
