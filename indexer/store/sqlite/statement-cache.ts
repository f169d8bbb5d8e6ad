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

/** @returns what finds rows by the parameters that are given. @param sqlOf the query, by the names of these. */
export function createSearch<Row>(db: Database.Database, sqlOf: (given: readonly string[]) => string) {
  const prepare = createStatementCache<[object], Row>(db);
  return (parameters: Readonly<Record<string, string | number | undefined>>): Row[] => {
    const given = Object.keys(parameters).filter((name) => parameters[name] !== undefined);
    return prepare(sqlOf(given)).all(parameters);
  };
}

/** Those conditions whose parameters are given. */
export function whereOf(conditions: Readonly<Record<string, string>>, given: readonly string[]): string {
  return ['TRUE', ...given.flatMap((name) => conditions[name] ?? [])].join(' AND ');
}
