import { ZeroAddress } from 'ethers';
import { call, type Rpc } from './rpc.ts';
import { RpcError } from './rpc-errors.ts';
import { textAt } from './words.ts';

export interface TokenInfo {
  /** Lower case. */
  address: string;
  symbol: string;
  /** `null` for a token that does not say: its amounts can only be shown in base units. */
  decimals: number | null;
}

/** What coins are called and how their amounts are written. */
export interface TokenBook {
  /**
   * Asks the chain once per token. A token that gives no usable answer is described all the same.
   * @throws {RpcError} when the chain can't be asked; not remembered.
   */
  describe(token: string): Promise<TokenInfo>;
}

const SYMBOL = '0x95d89b41';
const DECIMALS = '0x313ce567';
/** A token chooses its symbol itself: what could mislead a page is cut off. */
const MOST_SYMBOL_CHARACTERS = 20;
const INVISIBLE = /[\p{C}\p{Z}]/gu;
const MOST_TOKENS = 10_000;

export function createTokenBook(
  rpc: Rpc,
  { nativeSymbol = 'ETH' }: { nativeSymbol?: string } = {},
): TokenBook {
  const known = new Map<string, Promise<TokenInfo>>();

  async function ask(token: string, data: string): Promise<string | null> {
    try {
      const answer = await call(rpc, 'eth_call', [{ to: token, data }, 'latest']);
      return typeof answer === 'string' ? answer : null;
    } catch (error) {
      if (error instanceof RpcError && error.fault === 'refused') return null;
      throw error;
    }
  }

  async function read(address: string): Promise<TokenInfo> {
    const symbol = symbolIn(await ask(address, SYMBOL)) ?? `${address.slice(0, 6)}…${address.slice(-4)}`;
    return { address, symbol, decimals: decimalsIn(await ask(address, DECIMALS)) };
  }

  return {
    describe(token) {
      const address = token.toLowerCase();
      if (address === ZeroAddress) return Promise.resolve({ address, symbol: nativeSymbol, decimals: 18 });
      const found = known.get(address);
      if (found) return found;
      if (known.size >= MOST_TOKENS) known.clear();
      const asked = read(address);
      known.set(address, asked);
      asked.catch(() => known.delete(address));
      return asked;
    },
  };
}

/** Most tokens answer text, some old ones 32 bytes padded with zeros. */
function symbolIn(answer: string | null): string | null {
  if (answer === null || answer.length < 66) return null;
  const text = answer.length === 66 ? Buffer.from(answer.slice(2), 'hex').toString('utf8') : longText(answer);
  const visible = [...(text ?? '').replace(INVISIBLE, '')].slice(0, MOST_SYMBOL_CHARACTERS).join('');
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
