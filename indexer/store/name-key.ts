/** The form under which names are stored and searched, so that case and composition of letters don't matter. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
