import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Disturbance, ProxyAnswer, ProxyBody, ProxyCall } from './proxy.ts';

/** A generator of numbers in [0, 1) that a seed determines (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<Item>(random: () => number, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

export interface HostileEndpoint {
  disturbance: Disturbance;
  /** While it is calm it does no more than refuse what it never takes. */
  calm(isCalm: boolean): void;
  /** What it is like, for whoever looks into a failure. */
  character: string;
}

const FULL_BLOOM = `0x${'f'.repeat(512)}`;
const error = (code: number, message: string) => ({ code, message });

/** How endpoints say that they take no batches. */
const BATCH_REFUSALS: Record<string, (response: ServerResponse) => unknown> = {
  'as Besu': () => ({ id: null, error: error(-32005, 'Number of requests exceeds max batch size') }),
  'as invalid': () => ({ id: null, error: error(-32600, 'too many requests in batch') }),
  'by a dropped connection': (response) => void response.destroy(),
  'by HTML': (response) => void response.writeHead(400).end('<html>no</html>'),
  'as an entry without an id': () => [{ id: null, error: error(-32603, 'batching is disabled') }],
};

/** How endpoints say that they do not have `eth_getBlockReceipts`. */
const RECEIPTS_REFUSALS = [
  error(-32601, 'the method eth_getBlockReceipts does not exist/is not available'),
  error(35, 'method is not available on freetier, upgrade to paid tier'),
  error(-32604, 'Method not enabled'),
  error(-32000, 'eth_getBlockReceipts is not whitelisted'),
  error(-32000, 'method not found'),
];

type Fault = (call: ProxyCall, answer: ProxyAnswer, random: () => number) => ProxyAnswer;

const isHashBlock = ({ result }: ProxyAnswer) =>
  typeof result === 'object' && result !== null && 'logsBloom' in result && 'parentHash' in result;

/** What an endpoint makes of an answer now and then. */
const FAULTS: Record<string, Fault> = {
  empty: (_, answer) => ({ ...answer, result: Array.isArray(answer.result) ? [] : null }),
  cut: (_, answer, random) =>
    Array.isArray(answer.result)
      ? { ...answer, result: answer.result.slice(0, Math.floor(random() * answer.result.length)) }
      : answer,
  'cut at the end': (_, answer) =>
    Array.isArray(answer.result) ? { ...answer, result: answer.result.slice(0, -1) } : answer,
  'wrong id': (_, answer) => ({ ...answer, id: 999_999_999 }),
  removed: ({ method }, answer) => {
    if (method !== 'eth_getLogs' || !Array.isArray(answer.result)) return answer;
    const removed = answer.result.map((log) => ({
      ...log,
      removed: true,
      blockHash: `0x${'ee'.repeat(32)}`,
    }));
    return { ...answer, result: [...removed, ...answer.result] };
  },
  refused: (_, { id }) => ({ id, error: error(-32603, 'internal error') }),
  'rate-limited': (_, { id }) => ({ id, error: error(429, 'too many requests') }),
  'full bloom': (_, answer) =>
    isHashBlock(answer)
      ? { ...answer, result: { ...(answer.result as object), logsBloom: FULL_BLOOM } }
      : answer,
};

/** An endpoint that lies, limits and hangs as `random` has it: the same for the same seed and calls. */
export function hostileEndpoint(random: () => number): HostileEndpoint {
  const takesBatches = random() < 0.4;
  const how = pick(random, Object.keys(BATCH_REFUSALS));
  const refusesReceipts = random() < 0.6;
  const receiptsRefusal = pick(random, RECEIPTS_REFUSALS);
  const alwaysFull = random() < 0.2;
  const rate = 0.03 + random() * 0.2;
  let isCalm = false;

  function falsified(call: ProxyCall, answer: ProxyAnswer): ProxyAnswer {
    if (refusesReceipts && call.method === 'eth_getBlockReceipts')
      return { id: call.id, error: receiptsRefusal };
    const shown = alwaysFull ? (FAULTS['full bloom']?.(call, answer, random) ?? answer) : answer;
    if (isCalm || random() > rate) return shown;
    return FAULTS[pick(random, Object.keys(FAULTS))]?.(call, shown, random) ?? shown;
  }

  /** @returns whether the response is dealt with. */
  async function isHeldUp(response: ServerResponse): Promise<boolean> {
    if (isCalm || random() > rate / 5) return false;
    const what = pick(random, ['hangs', 'late', 'limits', 'drops']);
    if (what === 'late') await delay(20);
    if (what === 'limits') response.writeHead(429).end('<html>slow down</html>');
    if (what === 'drops') response.destroy();
    return what !== 'late';
  }

  return {
    character: JSON.stringify({ takesBatches, how, refusesReceipts, receiptsRefusal, alwaysFull, rate }),
    calm(is) {
      isCalm = is;
    },
    async disturbance(body: ProxyBody, ask, response) {
      if (await isHeldUp(response)) return undefined;
      if (Array.isArray(body) && !takesBatches) return BATCH_REFUSALS[how]?.(response);
      const answers = (await ask(body)) as ProxyAnswer | ProxyAnswer[];
      if (!Array.isArray(body)) return falsified(body, answers as ProxyAnswer);
      return body.map((call, index) => falsified(call, (answers as ProxyAnswer[])[index] as ProxyAnswer));
    },
  };
}
