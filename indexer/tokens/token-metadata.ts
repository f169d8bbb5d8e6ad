import { toQuantity, ZeroAddress } from 'ethers';
import { textAt } from '../contract/decode/abi-words.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import { RpcError } from '../rpc/errors.ts';
import { call, type Rpc } from '../rpc/rpc.ts';
import { type KnownCoins, knownCoins } from './known-coins.ts';

export interface TokenInfo {
  /** Lower case. */
  address: string;
  /** Of a coin that is not known, part of its address: it can call itself what it likes. */
  symbol: string;
  /** Whether the coin is known to be what its symbol says. */
  verified: boolean;
  /** `null` for a token that does not say: its amounts can only be shown in base units. */
  decimals: number | null;
}

/** What coins are called and how their amounts are written. */
export interface TokenBook {
  /**
   * Asks the chain once per token. A token that gives no usable answer is described all the same, also where it makes
   * the endpoint fail: one that fails by intent must not take what stands beside it along. It is asked again later.
   * @throws {RpcError} when the chain can't be asked; not remembered.
   */
  describe(token: string): Promise<TokenInfo>;
}

const SYMBOL = '0x95d89b41';
const DECIMALS = '0x313ce567';
/** A token chooses its symbol itself: what could mislead a page is cut off. */
const MAX_SYMBOL_CHARACTERS = 20;
const INVISIBLE = /[\p{C}\p{Z}]/gu;
const MAX_TOKENS = 10_000;
/** Room for proxies and for chains that count more than execution, and no time for an endless loop. */
const MAX_GAS = toQuantity(5_000_000);
const AGAIN_AFTER_MS = 60_000;
/** The identity precompile, which every chain has. */
const IDENTITY = '0x0000000000000000000000000000000000000004';

interface Said {
  answer: string | null;
  /** Asking again changes nothing. */
  isFinal: boolean;
}

const NOTHING_SAID: Said = { answer: null, isFinal: true };

interface CachedToken {
  info: TokenInfo;
  askAgainAtMs: number;
}

export function createTokenBook(
  rpc: Rpc,
  {
    nativeSymbol = 'ETH',
    nowMs = Date.now,
    known = knownCoins(0),
  }: { nativeSymbol?: string; nowMs?: () => number; known?: KnownCoins } = {},
): TokenBook {
  const described = new BoundedMap<string, Promise<CachedToken>>(MAX_TOKENS);

  async function read(address: string): Promise<CachedToken> {
    // `null` where it is the token's to say.
    const given = known.get(address);
    const name = given === null ? await ask(rpc, address, SYMBOL) : NOTHING_SAID;
    const decimals = await ask(rpc, address, DECIMALS);
    const symbol = given ?? symbolIn(name.answer) ?? `${address.slice(0, 6)}…${address.slice(-4)}`;
    const isFinal = name.isFinal && decimals.isFinal;
    return {
      info: { address, symbol, verified: known.has(address), decimals: decimalsIn(decimals.answer) },
      askAgainAtMs: isFinal ? Number.POSITIVE_INFINITY : nowMs() + AGAIN_AFTER_MS,
    };
  }

  return {
    async describe(token) {
      const address = token.toLowerCase();
      if (address === ZeroAddress) return { address, symbol: nativeSymbol, verified: true, decimals: 18 };
      const found = described.get(address);
      if (found) {
        const { info, askAgainAtMs } = await found;
        if (nowMs() < askAgainAtMs) return info;
      }
      const asked = read(address);
      described.set(address, asked);
      asked.catch(() => described.delete(address));
      return (await asked).info;
    },
  };
}

async function ask(rpc: Rpc, token: string, data: string): Promise<Said> {
  const callTo = (to: string, input: string) =>
    call(rpc, 'eth_call', [{ to, data: input, gas: MAX_GAS }, 'latest']);
  try {
    const answer = await callTo(token, data);
    return typeof answer === 'string' ? { answer, isFinal: true } : NOTHING_SAID;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    if (error.fault === 'refused') return NOTHING_SAID;
    // No list of wordings is whole: where another call is answered, it was the token.
    await callTo(IDENTITY, '0x').catch(() => {
      throw error;
    });
    return { answer: null, isFinal: false };
  }
}

/** Most tokens answer text, some old ones 32 bytes padded with zeros. */
function symbolIn(answer: string | null): string | null {
  if (answer === null || answer.length < 66) return null;
  const text = answer.length === 66 ? Buffer.from(answer.slice(2), 'hex').toString('utf8') : longText(answer);
  const visible = [...(text ?? '').replace(INVISIBLE, '')].slice(0, MAX_SYMBOL_CHARACTERS).join('');
  return visible === '' ? null : visible;
}

function longText(answer: string): string | null {
  try {
    return textAt(answer, 0);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function decimalsIn(answer: string | null): number | null {
  if (answer === null || answer.length !== 66) return null;
  const decimals = BigInt(answer);
  return decimals <= 77n ? Number(decimals) : null;
}
