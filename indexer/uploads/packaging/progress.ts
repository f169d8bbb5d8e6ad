/** So often at most, and by so much at least: each is a transaction, and an entry in the feed. */
const EVERY_MS = 1_000;
const STEP = 0.01;

/**
 * @param note what fails is left out: the next says more.
 * @param clock for tests: another.
 * @returns what takes every part that is known.
 */
export function createProgress(
  note: (part: number) => Promise<void>,
  clock: { now(): number } = performance,
): (part: number) => void {
  let notedAt = clock.now();
  let noted = 0;
  return (part) => {
    const now = clock.now();
    if (now - notedAt < EVERY_MS || part - noted < STEP) return;
    notedAt = now;
    noted = part;
    note(part).catch(() => undefined);
  };
}
