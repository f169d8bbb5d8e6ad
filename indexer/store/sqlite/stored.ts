/** A row as SQLite gives it, under the names of its fields: money as text, truth as 0 or 1. */
export type Stored<Row> = {
  [Field in keyof Row]: Row[Field] extends boolean
    ? number
    : bigint extends Row[Field]
      ? Exclude<Row[Field], bigint> | string
      : Row[Field];
};

export function moneyOrNull(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}
