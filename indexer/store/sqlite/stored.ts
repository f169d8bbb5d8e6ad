/** A row as SQLite gives it, under the names of its fields: money as text, truth as 0 or 1. */
export type Stored<Row> = {
  [Field in keyof Row]: Row[Field] extends boolean
    ? number
    : bigint extends Row[Field]
      ? Exclude<Row[Field], bigint> | string
      : Row[Field];
};

/** A copy of a whole row, under the names of its columns. */
export type Copied = Readonly<Record<string, unknown>>;

/** What `SELECT ${columns}` gives of a row, of a copy of the row: `contract, content_id AS contentId`. */
export function selected<Row>(columns: string, copy: Copied): Row {
  const names = columns.split(',').map((column) => column.trim().split(' AS '));
  return Object.fromEntries(names.map(([column = '', field = column]) => [field, copy[column]])) as Row;
}

export function moneyOrNull(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}
