import { z } from 'zod';
import { INVALID_PARAMS, type RpcCall, RpcError } from '../server/rpc.ts';
import { address, amountWei, code, logFilter, overrides, quantity, transaction } from './fields.ts';

const word = z.string().regex(/^0x[0-9a-fA-F]{64}$/, 'must be 32 bytes in hex');
const bytes = z.string().regex(/^0x([0-9a-fA-F]{2})*$/, 'must be bytes in hex');
const feeWei = quantity(0n, 10n ** 12n);
const seconds = quantity(0n, 10n ** 10n);
const gasLimit = quantity(16_777_216n, 300_000_000n);
const blocks = quantity(1n, 100_000n);
/**
 * The methods that change the development chain, each with the only arguments that it takes. Their calls go into the
 * journal, and every later start carries them out again: what could keep a chain from that is on no list here.
 */
const ARGUMENTS: Readonly<Record<string, z.ZodType>> = {
  eth_sendRawTransaction: z.tuple([bytes]),
  eth_sendTransaction: z.tuple([transaction.extend({ from: address })]),
  evm_increaseTime: z.tuple([seconds]),
  evm_mine: z.union([z.tuple([]), z.tuple([seconds])]),
  evm_revert: z.tuple([quantity(0n, 2n ** 53n)]),
  evm_setAutomine: z.tuple([z.boolean()]),
  evm_setBlockGasLimit: z.tuple([gasLimit]),
  evm_setNextBlockTimestamp: z.tuple([seconds]),
  evm_snapshot: z.tuple([]),
  hardhat_dropTransaction: z.tuple([word]),
  hardhat_impersonateAccount: z.tuple([address]),
  hardhat_mine: z.union([z.tuple([]), z.tuple([blocks]), z.tuple([blocks, seconds])]),
  hardhat_setBalance: z.tuple([address, amountWei]),
  hardhat_setCode: z.tuple([address, code]),
  hardhat_setCoinbase: z.tuple([address]),
  hardhat_setMinGasPrice: z.tuple([feeWei]),
  hardhat_setNextBlockBaseFeePerGas: z.tuple([feeWei]),
  hardhat_setNonce: z.tuple([address, quantity(0n, 2n ** 32n)]),
  hardhat_setPrevRandao: z.tuple([word]),
  hardhat_setStorageAt: z.tuple([address, quantity(0n, 2n ** 256n - 1n), word]),
  hardhat_stopImpersonatingAccount: z.tuple([address]),
};

export const writeMethods: ReadonlySet<string> = new Set(Object.keys(ARGUMENTS));

/** Reads with arguments that could end this process, or keep it busy for good. */
const TRIAL = z.tuple([transaction, z.unknown().optional(), overrides.nullish()]).rest(z.unknown());
const TRACED = z.looseObject({ stateOverrides: overrides.nullish() });
const READS: Readonly<Record<string, z.ZodType>> = {
  debug_traceCall: z.tuple([transaction, z.unknown().optional(), TRACED.nullish()]),
  eth_call: TRIAL,
  eth_estimateGas: TRIAL,
  eth_getLogs: z.tuple([logFilter]),
  eth_newFilter: z.tuple([logFilter]),
};

/** @throws {RpcError} where the arguments are none that the method takes. */
export function requireArguments({ method, params }: RpcCall): void {
  const schema = ARGUMENTS[method] ?? READS[method];
  const result = schema?.safeParse(params);
  if (schema === undefined || result?.success) return;
  const issue = result?.error.issues[0];
  const place = issue?.path.length ? `params[${issue.path.join('.')}] ` : 'params ';
  throw new RpcError(INVALID_PARAMS, `${method}: ${place}${issue?.message ?? 'are not taken'}`);
}

/** Methods that rewrite an account by hand, in a way that no transaction does. */
const REWRITING = new Set(['hardhat_setCode', 'hardhat_setNonce', 'hardhat_setStorageAt']);

/** @throws {RpcError} where the account, in lower case, is one of `accounts`. */
export function requireUnprotected(
  { method, params: [account] }: RpcCall,
  accounts: ReadonlySet<string>,
): void {
  if (!REWRITING.has(method) || !accounts.has(String(account).toLowerCase())) return;
  throw new RpcError(INVALID_PARAMS, `${method}: the host needs ${account} as it is`);
}
