/** The code of JSON-RPC for a call that reverted. */
export const EXECUTION_REVERTED = 3;

/**
 * The data of a revert, `0x` where the node gives none; `null` where nothing shows that it is one: a node that limits
 * or lags answers calls with errors, too.
 */
export function revertOf(error: unknown): string | null {
  // Ethers keeps the node's error, and speaks of reverts itself where there is none.
  const { info } = (error ?? {}) as { info?: { error?: unknown } };
  const cause = info?.error ?? error;
  return revertData(cause) ?? (saysRevert(cause) ? '0x' : null);
}

/** Nodes put it into the error's data, some one level deeper, some as an object, some behind a word. */
function revertData(error: unknown): string | null {
  if (typeof error === 'string') return /^(?:Reverted )?(0x(?:[0-9a-f]{2}){4,})$/i.exec(error)?.[1] ?? null;
  if (typeof error !== 'object' || error === null) return null;
  const { data, error: inner } = error as { data?: unknown; error?: unknown };
  return revertData(data) ?? (typeof inner === 'object' ? revertData(inner) : null);
}

function saysRevert(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown };
  return code === EXECUTION_REVERTED || [message, data].some((text) => /revert/i.test(String(text)));
}
