import { createHash } from 'node:crypto';
import { Transaction, Wallet } from 'ethers';
import { publicTestAccounts } from '../../devchain/accounts.ts';
import { readMethods } from '../../devchain/methods/methods.ts';
import { writeMethods } from '../../devchain/methods/writes.ts';

export interface Call {
  method: string;
  params: unknown[];
}

/** What goes wrong in programs that keep numbers, addresses and bytes. */
const NUMBERS = [0, 1, -1, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 53 - 1, 1e14, 0.5];
const QUANTITIES = [
  ...NUMBERS.filter((number) => Number.isInteger(number) && number >= 0).map(
    (number) => `0x${number.toString(16)}`,
  ),
  `0x${'f'.repeat(16)}`,
  `0x${'f'.repeat(32)}`,
  `0x${'f'.repeat(64)}`,
  '0x',
  '0x5f5e100',
  '0x10000000000',
];
const BYTES = [
  '0x',
  '0x00',
  '0xfe',
  '0xef',
  '0xef01',
  `0xef0100${'11'.repeat(20)}`,
  '0x5b600056',
  `0x${'ff'.repeat(32)}`,
];
const ODD = [null, true, false, '', 'latest', [], {}];

/** Draws as the seed says, the same ones for the same seed. */
export function drawing(seed: string) {
  let drawn = 0;
  const below = (count: number) => {
    const digest = createHash('sha256').update(`${seed}/${drawn++}`).digest();
    return digest.readUInt32BE(0) % count;
  };
  return { below, of: <T>(items: readonly T[]) => items[below(items.length)] as T };
}

/** Calls of every method, those that are journaled first, often with what it takes and often with anything. */
export function extremeCalls(seed: string, count: number, accounts: readonly string[]): Call[] {
  const { below, of } = drawing(seed);
  const methods = [...writeMethods, ...readMethods];
  const address = () => of(accounts);
  const number = () => of<unknown>([of(QUANTITIES), of(NUMBERS)]);
  const word = () =>
    `0x${
      below(2)
        ? 'f'.repeat(64)
        : below(2 ** 32)
            .toString(16)
            .padStart(64, '0')
    }`;
  const anything = () => of<() => unknown>([address, number, word, () => of(BYTES), () => of(ODD)])();
  const transaction = () => ({
    from: address(),
    ...(below(4) && { to: address() }),
    ...(below(2) && { value: number() }),
    ...(below(2) && { gas: below(2) ? '0x30d40' : number() }),
    ...(below(3) === 0 && { data: of(BYTES) }),
    ...(below(4) === 0 && { nonce: number() }),
    ...(below(4) === 0 && { gasPrice: number() }),
  });
  const overrides = () => ({
    [address()]: { balance: number(), nonce: number(), code: of(BYTES), stateDiff: { [word()]: word() } },
  });
  const big = () => BigInt(of(QUANTITIES.filter((text) => text !== '0x')));
  const signed = () => {
    const { privateKey } = of(publicTestAccounts().slice(0, 3));
    const fees = below(2)
      ? { gasPrice: big(), type: 0 }
      : { maxFeePerGas: 2n ** 256n - 1n, maxPriorityFeePerGas: big(), type: 2 };
    const sent = {
      to: address().toLowerCase(),
      chainId: 31337n,
      nonce: below(4),
      gasLimit: big(),
      value: big(),
      ...fees,
    };
    const transaction = Transaction.from(sent);
    transaction.signature = new Wallet(privateKey).signingKey.sign(transaction.unsignedHash);
    return transaction.serialized;
  };
  const FITTING: Record<string, () => unknown[]> = {
    eth_sendRawTransaction: () => [below(3) ? signed() : of(BYTES)],
    eth_call: () => [transaction(), 'latest', ...(below(2) ? [overrides()] : [])],
    eth_estimateGas: () => [transaction(), 'pending'],
    debug_traceCall: () => [transaction(), 'latest', { stateOverrides: overrides() }],
    eth_feeHistory: () => [number(), 'latest', [0, 50, 100]],
    eth_getLogs: () => [{ fromBlock: number(), toBlock: number() }],
    eth_newFilter: () => [{ fromBlock: number(), toBlock: number() }],
    eth_getStorageAt: () => [address(), number(), 'latest'],
    eth_getProof: () => [address(), [word(), number()], 'latest'],
    eth_sendTransaction: () => [transaction()],
    evm_setAutomine: () => [below(2) === 0],
    evm_mine: () => (below(2) ? [] : [number()]),
    evm_snapshot: () => [],
    evm_revert: () => [`0x${below(12).toString(16)}`],
    hardhat_mine: () => (below(2) ? [number()] : [number(), number()]),
    hardhat_setBalance: () => [address(), number()],
    hardhat_setCode: () => [address(), of(BYTES)],
    hardhat_setCoinbase: () => [address()],
    hardhat_setNonce: () => [address(), number()],
    hardhat_setPrevRandao: () => [word()],
    hardhat_setStorageAt: () => [address(), number(), word()],
    hardhat_impersonateAccount: () => [address()],
    hardhat_stopImpersonatingAccount: () => [address()],
    hardhat_dropTransaction: () => [word()],
  };
  return Array.from({ length: count }, (_, index) => {
    // Each method at least once, where there are calls enough.
    const method = index < methods.length ? (methods[index] as string) : of(methods);
    const fitting = FITTING[method] ?? (() => [number()]);
    const params = below(5) ? fitting() : Array.from({ length: below(4) }, anything);
    return { method, params };
  });
}
