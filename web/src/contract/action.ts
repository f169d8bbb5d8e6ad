import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { announceChange } from '../api/live.ts';
import type { SentTransaction, Steps } from './calls.ts';
import { forget, recall, remember } from './pending.ts';

/** What a person sees of an action. `hash` is missing where somebody else sends, or nothing is sent. */
export type ActionState =
  | { step: 'idle' }
  | { step: 'working' }
  | { step: 'wallet' }
  | { step: 'pending'; hash: string | undefined }
  | { step: 'done'; hash: string | undefined }
  | { step: 'failed'; error: unknown };

export interface ActionPlan {
  /** Names the action and all that it acts on: what is under way is found again by it, after a reload too. */
  key: string;
  chainId: number;
  /** @returns the hash of the transaction, if there is one. */
  perform(steps: Steps): Promise<string | undefined>;
  /** Waits for a transaction of an earlier visit; `undefined` as long as there is no chain to ask. */
  resume?: ((sent: SentTransaction) => Promise<string>) | undefined;
  onDone?: (hash: string | undefined) => void;
}

export interface Action {
  state: ActionState;
  busy: boolean;
  start(): void;
}

const IDLE: ActionState = { step: 'idle' };
/** Beyond one view, so that who goes to another one and comes back sees how far it is. */
const states = new Map<string, ActionState>();
const listeners = new Set<() => void>();

export function useAction({ key, chainId, perform, resume, onDone }: ActionPlan): Action {
  const state = useSyncExternalStore(subscribe, () => states.get(key) ?? IDLE);
  const busy = ['working', 'wallet', 'pending'].includes(state.step);

  const takeUp = useEffectEvent(() => {
    const sent = recall(key, chainId);
    if (!sent || !resume || states.has(key)) return;
    show(key, { step: 'pending', hash: sent.hash });
    void carryOut(key, () => resume(sent), onDone);
  });
  const canResume = resume !== undefined;
  useEffect(() => {
    if (canResume) takeUp();
    return () => forgetEnd(key);
  }, [key, canResume]);

  const start = () => {
    if (busy) return;
    const steps: Steps = {
      working: () => show(key, { step: 'working' }),
      wallet: () => show(key, { step: 'wallet' }),
      pending: (sent) => {
        if (sent) remember(key, { ...sent, chainId });
        show(key, { step: 'pending', hash: sent?.hash });
      },
    };
    void carryOut(key, () => perform(steps), onDone);
  };
  return { state, busy, start };
}

async function carryOut(
  key: string,
  work: () => Promise<string | undefined>,
  onDone: ActionPlan['onDone'],
): Promise<void> {
  try {
    const hash = await work();
    show(key, { step: 'done', hash });
    onDone?.(hash);
  } catch (error) {
    show(key, { step: 'failed', error });
  } finally {
    forget(key);
    announceChange();
  }
}

function show(key: string, state: ActionState): void {
  states.set(key, state);
  for (const listener of listeners) listener();
}

/** How it ended is news only once. */
function forgetEnd(key: string): void {
  const { step } = states.get(key) ?? IDLE;
  if (step === 'done' || step === 'failed') states.delete(key);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
