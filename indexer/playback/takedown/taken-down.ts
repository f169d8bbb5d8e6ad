import { errorWith } from '../../lib/errors.ts';
import type { Takedowns } from '../../store/book.ts';

/** The operator has taken the content off this host. */
export class TakenDown extends errorWith<{ cid: string; reason: string | null }>(
  ({ cid, reason }) =>
    `The operator of this host has taken ${cid} off it${reason === null ? '.' : `, for this reason: ${reason}`}`,
) {}

/** @param cidKey canonical. @throws {TakenDown} */
export async function requireNotTakenDown(
  book: Pick<Takedowns, 'takedownOf'>,
  cidKey: string,
): Promise<void> {
  const found = await book.takedownOf(cidKey);
  if (found !== null) throw new TakenDown(found);
}
