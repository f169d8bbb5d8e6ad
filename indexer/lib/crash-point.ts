/**
 * Named places where a test may kill the process, as a power cut would: `CRASH_AT=sponsor.sent` at the first
 * time, `CRASH_AT=sponsor.sent:3` at the third. Without the variable a point does nothing.
 */
const [target, nth = '1'] = (process.env.CRASH_AT ?? '').split(':');
let hits = 0;

/** @param name what has just happened, as `part.event`: `sponsor.sent`. */
export function crashPoint(name: string): void {
  if (name !== target) return;
  hits += 1;
  if (hits === Number(nth)) process.kill(process.pid, 'SIGKILL');
}
