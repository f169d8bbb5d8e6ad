import type Database from 'better-sqlite3';

/** @returns what prepares each text once, for queries that are put together of what was asked for. */
export function createStatementCache<Parameters extends unknown[], Row>(
  db: Database.Database,
): (sql: string) => Database.Statement<Parameters, Row> {
  const prepared = new Map<string, Database.Statement<Parameters, Row>>();
  return (sql) => {
    const statement = prepared.get(sql) ?? db.prepare<Parameters, Row>(sql);
    prepared.set(sql, statement);
    return statement;
  };
}
