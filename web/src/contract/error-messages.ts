import type { ClientErrorCode, SellerRefused } from '../../../client/index.ts';
import { HostRefused } from '../api/errors.ts';
import { PageError } from '../lib/page-error.ts';
import { chainName } from '../wallet/chains.ts';
import { codeOf } from '../wallet/eip1193.ts';
import { WrongNetwork } from '../wallet/network.ts';
import { CHAIN_READ_ONLY } from '../wallet/test-wallets.ts';
import { BalanceTooLow, CidDiffers, NotPackaged } from './errors.ts';
import { toDecimal } from './money.ts';
import { REFUSALS, SALE_ADVICE, SALE_TITLES } from './refusal-messages.ts';
import { type ErrorMessage, type Messages, messageIn, revertMessage } from './revert-messages.ts';

/** The message of any error: of wallet, contract, chain or host. No other place has words for them. */
export function messageOf(error: unknown): ErrorMessage {
  return ownMessage(error) ?? walletMessage(error) ?? chainMessage(error) ?? unknownMessage(error);
}

/** By the name of an error of this page. */
const OWN_MESSAGES: Messages = {
  HostUnreachable: [
    'The host does not answer.',
    'Check that it runs and that you are online. The page goes on by itself when it is back.',
  ],
  SessionIgnored: [
    'The host shows this to its provider alone.',
    'It does not take this wallet for that. Reload the page to see who it is.',
  ],
  HostNotUnderstood: ['Page and host do not fit together.', 'Reload the page to get the newest one.'],
  DepositUnderWay: [
    'The deposit that you have signed may still arrive.',
    'So that nothing is paid twice, no other one is sent before that is known. Try again in a few minutes.',
  ],
  NoWallet: ['No wallet is connected.', 'Connect one first.'],
  TransactionFailed: [
    'The transaction failed in its block.',
    'Something else came first. Only gas was spent; try again.',
  ],
  TransactionUnknown: [
    'The chain does not know the transaction.',
    'It was dropped or replaced: your wallet shows what became of it.',
  ],
  ProviderUnreachable: [
    'The provider does not answer.',
    'What you paid it stays good for its time. Try again in a moment, or choose another one.',
  ],
  ProviderNotUnderstood: ['The provider answers something else than it should.', 'Choose another one.'],
};

function ownMessage(error: unknown): ErrorMessage | undefined {
  if (error instanceof HostRefused) {
    const { code, detail } = error.problem;
    return { title: REFUSALS[code] ?? 'The host refused.', advice: detail };
  }
  if (error instanceof WrongNetwork) {
    const wanted = chainName(error.wantedChainId);
    return {
      title: `The wallet is on another network: ${chainName(error.walletChainId)}.`,
      advice: `Switch it to ${wanted} and try again. Nothing was sent.`,
    };
  }
  if (error instanceof BalanceTooLow) {
    const amount = (units: bigint) => `${toDecimal(units, error.decimals)} ${error.symbol}`;
    return {
      title: 'The balance is too low.',
      advice: `This may take ${amount(error.needed)} with its gas; the wallet holds ${amount(error.held)}. Nothing was sent.`,
    };
  }
  if (error instanceof CidDiffers) {
    return {
      title: 'The host stored something else than your file.',
      advice: `Your file is ${error.ownCid}, the host says ${error.hostCid}. Do not sell it from this host.`,
    };
  }
  if (error instanceof NotPackaged) {
    return { title: 'The video can not be packaged.', advice: error.message };
  }
  if (error instanceof Error && error.name === 'ClientError') {
    const code = stringCode(error) as ClientErrorCode;
    return { title: saleTitle(error), advice: SALE_ADVICE[code] ?? error.message };
  }
  if (error instanceof PageError) return messageIn(OWN_MESSAGES, error.name);
  if (error instanceof TypeError && /module/.test(error.message)) {
    return {
      title: 'A part of the page could not be loaded.',
      advice: 'The host is away, or has a newer page: reload it.',
    };
  }
  if (error instanceof DOMException && error.name === 'AbortError') {
    return { title: 'Cancelled.', advice: 'Nothing was published.' };
  }
  return undefined;
}

/** What the provider or the host itself has said is more than that it refused. */
function saleTitle({ code, problem }: Error & Partial<Pick<SellerRefused, 'code' | 'problem'>>): string {
  const refusal = code === 'seller_refused' ? REFUSALS[problem ?? ''] : undefined;
  return refusal ?? SALE_TITLES[code ?? 'seller_refused'];
}

const SAID_NO = ['You said no in the wallet.', 'Nothing was sent or signed.'] as const;
const WALLET_OFFLINE = ['The chain does not answer.', 'Check that it is reachable, then try again.'] as const;
const CHAIN_AWAY = [
  'The chain does not answer.',
  'Check the network of your wallet, then try again.',
] as const;

/** By the code of a wallet's error (EIP-1193, EIP-1474), or of an error of ethers. */
const CODE_MESSAGES: Messages = {
  4001: SAID_NO,
  [-32002]: ['The wallet is still asking.', 'Open it and answer what it shows, then try again.'],
  4100: ['The wallet does not let this page use the account.', 'Connect it again.'],
  4900: WALLET_OFFLINE,
  4901: WALLET_OFFLINE,
  ACTION_REJECTED: SAID_NO,
  INSUFFICIENT_FUNDS: ['The balance is too low.', 'The wallet can not pay for this and its gas.'],
  TRANSACTION_REPLACED: ['The transaction was cancelled in the wallet.', 'Nothing else happened.'],
  NETWORK_ERROR: CHAIN_AWAY,
  TIMEOUT: CHAIN_AWAY,
  SERVER_ERROR: CHAIN_AWAY,
};

function walletMessage(error: unknown): ErrorMessage | undefined {
  const readOnly = [error, causeOf(error)].find((each) => stringCode(each) === CHAIN_READ_ONLY);
  if (readOnly) {
    const title = 'This page may not write to the development chain.';
    return { title, advice: (readOnly as Error).message };
  }
  return messageIn(CODE_MESSAGES, codeOf(error) ?? codeOf(causeOf(error)));
}

function chainMessage(error: unknown): ErrorMessage | undefined {
  const code = stringCode(error);
  return code === 'CALL_EXCEPTION' ? revertMessage(error) : messageIn(CODE_MESSAGES, code);
}

function unknownMessage(error: unknown): ErrorMessage {
  const message = error instanceof Error ? error.message : String(error);
  return { title: 'This did not work.', advice: message.slice(0, 200) };
}

function stringCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The wallet's own error inside an error of ethers. */
function causeOf(error: unknown): unknown {
  const { error: own, info, cause } = (error ?? {}) as Partial<EthersError>;
  return own ?? info?.error ?? cause;
}

interface EthersError {
  error: unknown;
  info: { error?: unknown };
  cause: unknown;
}
