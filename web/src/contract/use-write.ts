import type { ChainFacts, Content } from '../api/answers.ts';
import { useChain } from '../chain.tsx';
import { useWallet, type Wallet } from '../wallet/wallet.ts';
import { type Action, type ActionPlan, useAction } from './action.ts';
import type { ContractCall, MinedTransaction, Steps } from './calls.ts';
import { NoWallet } from './errors.ts';
import { type ListingCall, requestOf } from './requests.ts';
import { type SendMode, useSendMode } from './send-mode.ts';
import type { SignableCall } from './signing.ts';
import { type SignedRequest, submit } from './submit.ts';

interface ActionName {
  /** Identifies the action and what it acts on, for each wallet: `pay:0x…:0x…`. */
  what: string;
  onDone?: ActionPlan['onDone'];
}

export interface Write {
  /** The deployment to call. */
  contract: string;
  call: () => ContractCall;
}

export interface SignableWrite {
  contract: string;
  call: () => SignableCall;
  /** The request by which the host submits the signed call. */
  request: (wallet: string) => SignedRequest;
}

/** The wallet, the chain and the send mode of an action. */
export interface Actor {
  wallet: Wallet;
  chain: ChainFacts;
  sendMode: SendMode;
}

/** A call that the wallet sends itself. */
export function useWrite({ what, onDone, contract, call }: ActionName & Write): Action {
  return useWalletAction({ what, onDone }, async ({ wallet, chain }, steps) => {
    const { write } = await import('./stream-host.ts');
    return await write(wallet, chain, contract, call(), steps);
  });
}

/** A call that the wallet sends, or signs for the host to send, as the person has chosen. */
export function useSignableWrite({ what, onDone, ...write }: ActionName & SignableWrite): Action {
  return useWalletAction({ what, onDone }, (actor, steps) => putOnChain(actor, write, steps));
}

/** A call about a listing, sent or signed likewise. */
export function useListingWrite(content: Content, call: ListingCall): Action {
  const { contract, content_id } = content;
  return useSignableWrite({
    what: `${call.name}:${contract}:${content_id}`,
    contract,
    call: () => call,
    request: (wallet) => requestOf(call, content, wallet),
  });
}

/** @returns the transaction, where the wallet has sent it. */
export async function putOnChain(
  { wallet, chain, sendMode }: Actor,
  { contract, call, request }: SignableWrite,
  steps: Steps,
): Promise<MinedTransaction | undefined> {
  const { sign, write } = await import('./stream-host.ts');
  // The host submits to the newest deployment only.
  if (sendMode === 'wallet' || contract !== chain.contract) {
    return await write(wallet, chain, contract, call(), steps);
  }
  steps.wallet();
  const authorization = await sign(wallet, chain, contract, call());
  steps.pending();
  await submit(request(wallet.address), authorization);
  return undefined;
}

/** An action of the wallet, found again after a reload. */
export function useWalletAction(
  { what, onDone }: { what: string; onDone?: ActionPlan['onDone'] | undefined },
  perform: (actor: Actor, steps: Steps) => Promise<MinedTransaction | undefined>,
): Action {
  const chain = useChain();
  const wallet = useWallet();
  const sendMode = useSendMode();
  return useAction({
    key: `${what}:${wallet?.address ?? ''}`.toLowerCase(),
    chainId: chain.chain_id,
    perform: async (steps) => {
      if (!wallet) throw new NoWallet('No wallet is connected.');
      return await perform({ wallet, chain, sendMode }, steps);
    },
    // A wallet on another chain would not know the transaction.
    resume:
      wallet?.chainId === chain.chain_id
        ? async (sent) => (await import('./stream-host.ts')).resume(wallet.provider, chain, sent)
        : undefined,
    ...(onDone && { onDone }),
  });
}
