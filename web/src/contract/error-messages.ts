import { HostNotUnderstood, HostRefused, HostUnreachable } from '../api/errors.ts';
import { chainName } from '../wallet/chains.ts';
import { codeOf } from '../wallet/eip1193.ts';
import { WrongNetwork } from '../wallet/network.ts';
import {
  BalanceTooLow,
  CidDiffers,
  NoWallet,
  ProviderNotUnderstood,
  ProviderUnreachable,
  TransactionFailed,
  TransactionUnknown,
} from './errors.ts';
import { toDecimal } from './money.ts';
import { type ErrorMessage, revertMessage } from './revert-messages.ts';

/** The message of any error: of wallet, contract, chain or host. No other place has words for them. */
export function messageOf(error: unknown): ErrorMessage {
  return ownMessage(error) ?? walletMessage(error) ?? chainMessage(error) ?? unknownMessage(error);
}

/** Titles by the host's problem code; the advice is the problem's detail. */
const REFUSALS: Readonly<Record<string, string>> = {
  unknown_content: 'There is no such video here.',
  bad_cid: 'This is not the address of a video.',
  signature_required: 'This needs your signature.',
  domain_mismatch: 'The host does not know this page as its own.',
  payment_required: 'This has to be paid first.',
  access_invalid: 'The provider does not take this signature.',
  mirror_behind: 'The provider has not seen your payment yet.',
  not_offered: 'The provider does not sell this video any more.',
  media_not_found: 'The provider does not have the file any more.',
  file_too_large: 'The file is too large for this host.',
  serving_not_set_up: 'This host does not serve videos yet.',
  serving_not_allowed: 'This host does not serve for this wallet.',
  served_for_another: 'This host serves this file for another creator already.',
  minute_not_sold: 'Minutes of a file that plays as a whole are not sold.',
  terms_differ: 'You have published this file with other terms.',
  relay_not_allowed: 'This host does not send calls of this wallet.',
  relay_budget_spent: 'This host has spent its gas for now.',
  quota_exceeded: 'Too much waits at this host.',
  rate_limited: 'Too many calls in a short time.',
  unavailable: 'The host is busy.',
};

function ownMessage(error: unknown): ErrorMessage | undefined {
  if (error instanceof HostRefused) {
    const { code, detail } = error.problem;
    return { title: REFUSALS[code] ?? 'The host refused.', advice: detail };
  }
  if (error instanceof HostUnreachable) {
    return {
      title: 'The host does not answer.',
      advice: 'Check that it runs and that you are online. The page goes on by itself when it is back.',
    };
  }
  if (error instanceof HostNotUnderstood) {
    return { title: 'Page and host do not fit together.', advice: 'Reload the page to get the newest one.' };
  }
  if (error instanceof NoWallet) return { title: 'No wallet is connected.', advice: 'Connect one first.' };
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
  if (error instanceof TransactionFailed) {
    return {
      title: 'The transaction failed in its block.',
      advice: 'Something else came first. Only gas was spent; try again.',
    };
  }
  if (error instanceof TransactionUnknown) {
    return {
      title: 'The chain does not know the transaction.',
      advice: 'It was dropped or replaced: your wallet shows what became of it.',
    };
  }
  if (error instanceof ProviderUnreachable) {
    return {
      title: 'The provider does not answer.',
      advice: 'What you paid it stays good for its time. Try again in a moment, or choose another one.',
    };
  }
  if (error instanceof ProviderNotUnderstood) {
    return { title: 'The provider answers something else than it should.', advice: 'Choose another one.' };
  }
  if (error instanceof CidDiffers) {
    return {
      title: 'The host stored something else than your file.',
      advice: `Your file is ${error.ownCid}, the host says ${error.hostCid}. Do not sell it from this host.`,
    };
  }
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

const REFUSED = 4001;
const ALREADY_ASKING = -32002;
const NOT_ALLOWED = 4100;
const DISCONNECTED = [4900, 4901];

function walletMessage(error: unknown): ErrorMessage | undefined {
  const code = codeOf(error) ?? codeOf(causeOf(error));
  if (code === REFUSED || stringCode(error) === 'ACTION_REJECTED') {
    return { title: 'You said no in the wallet.', advice: 'Nothing was sent or signed.' };
  }
  if (code === ALREADY_ASKING) {
    return {
      title: 'The wallet is still asking.',
      advice: 'Open it and answer what it shows, then try again.',
    };
  }
  if (code === NOT_ALLOWED) {
    return { title: 'The wallet does not let this page use the account.', advice: 'Connect it again.' };
  }
  if (code !== undefined && DISCONNECTED.includes(code)) {
    return { title: 'The chain does not answer.', advice: 'Check that it is reachable, then try again.' };
  }
  return undefined;
}

function chainMessage(error: unknown): ErrorMessage | undefined {
  switch (stringCode(error)) {
    case 'INSUFFICIENT_FUNDS':
      return { title: 'The balance is too low.', advice: 'The wallet can not pay for this and its gas.' };
    case 'CALL_EXCEPTION':
      return revertMessage(error);
    case 'TRANSACTION_REPLACED':
      return { title: 'The transaction was cancelled in the wallet.', advice: 'Nothing else happened.' };
    case 'NETWORK_ERROR':
    case 'TIMEOUT':
    case 'SERVER_ERROR':
      return {
        title: 'The chain does not answer.',
        advice: 'Check the network of your wallet, then try again.',
      };
    default:
      return undefined;
  }
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
  if (typeof error !== 'object' || error === null) return undefined;
  if ('error' in error) return error.error;
  if ('info' in error && typeof error.info === 'object' && error.info !== null && 'error' in error.info) {
    return error.info.error;
  }
  return error instanceof Error ? error.cause : undefined;
}
