/** Whether two addresses or hashes are one: hex digits mean the same in either case. */
export function sameHex(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.toLowerCase() === other?.toLowerCase();
}
