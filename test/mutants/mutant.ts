export interface Mutant {
  /** Which guard is missing. */
  name: string;
  /** Of the changed files, by path below contracts/. */
  sources: Map<string, string>;
}
