import {
  BrowserProvider,
  Contract,
  Interface,
  type JsonRpcSigner,
  type Provider,
  type TransactionReceipt,
  type TransactionRequest,
} from 'ethers';
import { retry } from '../lib/retry.ts';
import type { Eip1193 } from '../wallet/eip1193.ts';
import { type HostChain, requireNetwork } from '../wallet/network.ts';
import type { Wallet } from '../wallet/wallet.ts';
import { ERC20_ABI, STREAM_HOST_ABI } from './abi.ts';
import type { Coin, ContractCall, MinedTransaction, SentTransaction, Steps } from './calls.ts';
import { BalanceTooLow, TransactionFailed, TransactionUnknown } from './errors.ts';
import { NATIVE } from './money.ts';
import { type Authorization, freshOnce, type SignableCall, type TypedCall, typedCall } from './signing.ts';

// The only module that needs ethers: loaded when a wallet acts.

/** Tokens say theirs in the same words, as far as they are known here. */
const ERRORS = new Interface(STREAM_HOST_ABI);
const NATIVE_COIN = { symbol: 'ETH', decimals: 18 };
/** Estimates are exact for the state they saw; others may change it meanwhile. */
const GAS_MARGIN_PERCENT = 120n;

/**
 * Has the wallet send a call of the contract at `address`, and waits for its block.
 * @returns the transaction that was mined: another one where the person has sped it up.
 * @throws {WrongNetwork}, {BalanceTooLow}, {TransactionFailed}, and ethers' errors
 */
export async function write(
  wallet: Wallet,
  chain: HostChain,
  address: string,
  call: ContractCall,
  steps: Steps,
): Promise<MinedTransaction> {
  steps.wallet();
  await requireNetwork(wallet.provider, chain);
  const provider = providerOf(wallet.provider, chain);
  const signer = await provider.getSigner(wallet.address);
  if (call.name === 'payView') await allowTokens(signer, address, call, steps);
  const value = call.name === 'payView' && call.coin.token === NATIVE ? call.args[3] : 0n;
  const contract = new Contract(address, STREAM_HOST_ABI, signer);
  const request = await contract.getFunction(call.name).populateTransaction(...call.args, { value });
  return await sendAndWait(signer, request, steps);
}

/** Lets the wallet sign a call that somebody else will submit. @throws {WrongNetwork}, and the wallet's errors */
export async function sign(
  wallet: Wallet,
  chain: HostChain,
  contract: string,
  call: SignableCall,
): Promise<Authorization> {
  const where = { account: wallet.address, chainId: chain.chain_id, contract };
  const once = freshOnce(Date.now());
  const signature = await signTyped(wallet, chain, typedCall(call, where, once));
  return { nonce: String(once.nonce), deadline: String(once.deadline), signature };
}

/** Lets the wallet sign what the page has written. @throws {WrongNetwork}, and the wallet's errors */
export async function signTyped(
  wallet: Wallet,
  chain: HostChain,
  { domain, types, message }: TypedCall,
): Promise<string> {
  const signer = await signerOf(wallet, chain);
  return await signer.signTypedData(domain, types, message);
}

/** Who signs and sends for the wallet. @param steps are told of each question to it. @throws {WrongNetwork} */
export async function signerOf(
  wallet: Wallet,
  chain: HostChain,
  steps?: Pick<Steps, 'wallet' | 'pending'>,
): Promise<JsonRpcSigner> {
  await requireNetwork(wallet.provider, chain);
  const signer = await providerOf(wallet.provider, chain).getSigner(wallet.address);
  return steps ? telling(signer, steps) : signer;
}

function telling(signer: JsonRpcSigner, steps: Pick<Steps, 'wallet' | 'pending'>): JsonRpcSigner {
  const ask = async <T>(question: Promise<T>): Promise<T> => {
    steps.wallet();
    const answer = await question;
    steps.pending();
    return answer;
  };
  const [sign, send] = [signer.signTypedData.bind(signer), signer.sendTransaction.bind(signer)];
  return Object.assign(signer, {
    signTypedData: (...typed: Parameters<typeof sign>) => ask(sign(...typed)),
    // Wallets say in their own words what is too dear, or would fail: it is seen before.
    sendTransaction: async (request: TransactionRequest) =>
      await ask(send({ ...request, gasLimit: await gasLimitOf(signer, request) })),
  });
}

/** Waits for a transaction of an earlier visit. @throws as `write` */
export async function resume(
  eip1193: Eip1193,
  chain: HostChain,
  { hash, afterBlock }: SentTransaction,
): Promise<MinedTransaction> {
  return await waitUntilMined(providerOf(eip1193, chain), { hash, afterBlock });
}

export async function nativeBalance(wallet: Wallet, chain: HostChain): Promise<bigint> {
  return await providerOf(wallet.provider, chain).getBalance(wallet.address);
}

/** How much of a coin the wallet holds, in base units. */
export async function balanceIn(wallet: Wallet, chain: HostChain, token: string): Promise<bigint> {
  if (token === NATIVE) return await nativeBalance(wallet, chain);
  const coin = new Contract(token, ERC20_ABI, providerOf(wallet.provider, chain));
  return await coin.getFunction('balanceOf')(wallet.address);
}

function providerOf(eip1193: Eip1193, { chain_id, rpc_url }: HostChain): BrowserProvider {
  const request = (method: string, params?: unknown[] | Record<string, unknown>) =>
    eip1193.request({ method, ...(Array.isArray(params) && { params }) });
  const provider = new BrowserProvider(
    { request: ({ method, params }) => request(method, params) },
    chain_id,
    { cacheTimeout: -1, staticNetwork: true },
  );
  provider.pollingInterval = rpc_url === null ? 2_000 : 250;
  return provider;
}

async function sendAndWait(
  signer: JsonRpcSigner,
  request: TransactionRequest,
  steps: Steps,
): Promise<MinedTransaction> {
  const { provider } = signer;
  const gasLimit = await gasLimitOf(signer, request);
  const afterBlock = await provider.getBlockNumber();
  const hash = await signer.sendUncheckedTransaction({ ...request, gasLimit });
  steps.pending({ hash, afterBlock });
  return await waitUntilMined(provider, { hash, afterBlock });
}

/** What a transaction may take. @throws {BalanceTooLow}, and with the name of the contract's error where it would fail */
async function gasLimitOf(signer: JsonRpcSigner, request: TransactionRequest): Promise<bigint> {
  const { provider } = signer;
  const held = await provider.getBalance(signer.address);
  const value = BigInt(request.value ?? 0);
  if (held < value) throw new BalanceTooLow(value, held, NATIVE_COIN);
  const gas = await signer.estimateGas(request).catch((error: unknown) => {
    throw withRevertName(error);
  });
  const { maxFeePerGas, gasPrice } = await provider.getFeeData();
  const needed = value + gas * (maxFeePerGas ?? gasPrice ?? 0n);
  if (held < needed) throw new BalanceTooLow(needed, held, NATIVE_COIN);
  return (gas * GAS_MARGIN_PERCENT) / 100n;
}

/** The native coin is looked at where it is sent, with its gas. @throws {BalanceTooLow} */
export async function requireTokens(signer: JsonRpcSigner, coin: Coin, amount: bigint): Promise<void> {
  if (coin.token === NATIVE) return;
  const token = new Contract(coin.token, ERC20_ABI, signer);
  const held: bigint = await token.getFunction('balanceOf')(signer.address);
  if (held < amount) throw new BalanceTooLow(amount, held, coin);
}

/** Approves exactly the amount of a payment in a token, where that is not allowed yet. */
async function allowTokens(
  signer: JsonRpcSigner,
  spender: string,
  { args: [, , , amount], coin }: Extract<ContractCall, { name: 'payView' }>,
  steps: Steps,
): Promise<void> {
  if (coin.token === NATIVE) return;
  await requireTokens(signer, coin, amount);
  const token = new Contract(coin.token, ERC20_ABI, signer);
  const allowed: bigint = await token.getFunction('allowance')(signer.address, spender);
  if (allowed >= amount) return;
  const request = await token.getFunction('approve').populateTransaction(spender, amount);
  await sendAndWait(signer, request, { ...steps, pending: () => steps.pending() });
  steps.wallet();
}

const LOOKUP_TIMEOUT_MS = 20_000;
const POLL_MS = 500;

async function waitUntilMined(provider: Provider, sent: SentTransaction): Promise<MinedTransaction> {
  const transaction = await findTransaction(provider, sent);
  try {
    return minedOf(await transaction.wait(), sent);
  } catch (error) {
    const { code, cancelled, receipt } = error as Partial<Replacement>;
    if (code === 'TRANSACTION_REPLACED' && !cancelled && receipt?.status === 1) return minedOf(receipt, sent);
    if (code === 'CALL_EXCEPTION') {
      throw new TransactionFailed('The transaction failed in its block.', { cause: error });
    }
    throw error;
  }
}

function minedOf(
  receipt: TransactionReceipt | null,
  { hash, afterBlock }: SentTransaction,
): MinedTransaction {
  return receipt ? { hash: receipt.hash, block: receipt.blockNumber } : { hash, block: afterBlock };
}

interface Replacement {
  code: string;
  cancelled: boolean;
  receipt: TransactionReceipt;
}

/** Looks for the transaction again and again: nodes behind one address learn of it one after the other. */
async function findTransaction(provider: Provider, { hash, afterBlock }: SentTransaction) {
  const look = async () => {
    const transaction = await provider.getTransaction(hash);
    if (!transaction) throw new TransactionUnknown(`The chain does not know ${hash}.`);
    return transaction.replaceableTransaction(afterBlock);
  };
  const isRetryable = (error: unknown) => error instanceof TransactionUnknown;
  return await retry(look, { isRetryable, pauseMs: POLL_MS, timeoutMs: LOOKUP_TIMEOUT_MS });
}

/** Adds the name of the contract's error to an estimate that reverted. */
function withRevertName(error: unknown): unknown {
  const { code, data } = error as { code?: string; data?: string | null };
  if (code !== 'CALL_EXCEPTION' || !data) return error;
  const revert = ERRORS.parseError(data);
  if (!revert) return error;
  return Object.assign(new Error(revert.name, { cause: error }), { code, revert });
}
