import type { ChainFacts } from '../api/answers.ts';
import { useChain } from '../chain.tsx';
import { useWallet, type Wallet } from '../wallet/wallet.ts';
import { type Action, type ActionPlan, useAction } from './action.ts';
import type { ContractCall, MinedTransaction, Steps } from './calls.ts';
import { NoWallet } from './errors.ts';
import { type SendMode, useSendMode } from './send-mode.ts';
import type { SignableCall } from './signing.ts';
import { type SignedRequest, submit } from './submit.ts';

interface ActionName {
  /** Names the action together with the wallet, what it acts on included: `pay:0x…:0x…`. */
  what: string;
  onDone?: ActionPlan['onDone'];
}

export interface Write {
  /** The deployment that it acts on. */
  contract: string;
  call: () => ContractCall;
}

export interface SignableWrite {
  contract: string;
  call: () => SignableCall;
  /** How the host is asked to make the call for the wallet that signed it. */
  request: (wallet: string) => SignedRequest;
}

/** Who acts, where, and how. */
export interface Actor {
  wallet: Wallet;
  chain: ChainFacts;
  sendMode: SendMode;
}

/** A call of the contract that the person's wallet makes itself. */
export function useWrite({ what, onDone, contract, call }: ActionName & Write): Action {
  return useWalletAction({ what, onDone }, async ({ wallet, chain }, steps) => {
    const { write } = await import('./stream-host.ts');
    return await write(wallet, chain, contract, call(), steps);
  });
}

/** A call that the wallet makes itself, or signs so that the host makes it: as the person has chosen. */
export function useSignableWrite({ what, onDone, ...write }: ActionName & SignableWrite): Action {
  return useWalletAction({ what, onDone }, (actor, steps) => putOnChain(actor, write, steps));
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

/** Something that the person's wallet does, found again after a reload. */
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
