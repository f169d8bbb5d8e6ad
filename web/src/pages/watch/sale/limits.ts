import type { Content } from '../../../api/answers.ts';
import { createStoredValue } from '../../../lib/store.ts';

/** What a person lets each video cost, in base units as decimal text. */
const limits = createStoredValue<Readonly<Record<string, string>>>('limits', {});

/** `null`: as the deposit allows. */
export function limitOf(content: Content): bigint | null {
  const limit = limits.get()[keyOf(content)];
  return limit !== undefined && /^\d+$/.test(limit) ? BigInt(limit) : null;
}

export function rememberLimit(content: Content, limit: bigint): void {
  limits.set({ ...limits.get(), [keyOf(content)]: String(limit) });
}

function keyOf({ contract, content_id }: Content): string {
  return `${contract} ${content_id}`.toLowerCase();
}
