const NUMBER =
  /\b(?:ranges?|blocks?|limit(?:ed)?|max(?:imum)?|up to|over|than)\b[^\d[]{0,24}?(\d[\d,]*)(k?)\b(?! ?(?:results|logs|sec|ms|mb))/gi;

/**
 * How many blocks at once an endpoint takes, where it says so as it refuses more of them: "limited to a 10,000 range".
 * @param asked how many it was asked for, which it may name as well
 */
export function namedRange(message: string, asked: number): number | null {
  if (!/block|range/i.test(message)) return null;
  const named = [...message.matchAll(NUMBER)].map(
    ([, digits = '', thousands]) => Number(digits.replaceAll(',', '')) * (thousands ? 1_000 : 1),
  );
  // Some count the steps from the first block to the last.
  const fewer = named.filter((number) => number > 0 && number < asked - 1);
  return fewer.length > 0 ? Math.min(...fewer) : null;
}
