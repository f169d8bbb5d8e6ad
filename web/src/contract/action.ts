import { useEffect, useEffectEvent } from 'react';
import { announce } from '../api/changes.ts';
import { untilIndexed } from '../api/indexed.ts';
import { createStore, useStore } from '../lib/store.ts';
import type { MinedTransaction, SentTransaction, Steps } from './calls.ts';
import { forget, recall, remember } from './pending.ts';

/** The state of an action. `hash` is missing where the host sends the transaction, or nothing is sent. */
export type ActionState =
  | { step: 'idle' }
  | { step: 'working' }
  | { step: 'wallet' }
  | { step: 'pending'; hash: string | undefined }
  | { step: 'done'; hash: string | undefined }
  | { step: 'failed'; error: unknown };

export interface ActionPlan {
  /** Identifies the action and all that it acts on, also after a reload. */
  key: string;
  chainId: number;
  /** @returns the transaction, if the wallet has sent one. */
  perform(steps: Steps): Promise<MinedTransaction | undefined>;
  /** Waits for a transaction of an earlier visit; `undefined` as long as there is no chain to ask. */
  resume?: ((sent: SentTransaction) => Promise<MinedTransaction>) | undefined;
  onDone?: (hash: string | undefined) => void;
}

export interface Action {
  state: ActionState;
  busy: boolean;
  start(): void;
}

const IDLE: ActionState = { step: 'idle' };
/** Kept outside of the views: who comes back to a view sees how far its action is. */
const states = createStore<ReadonlyMap<string, ActionState>>(new Map());

export function useAction({ key, chainId, perform, resume, onDone }: ActionPlan): Action {
  const state = useStore(states).get(key) ?? IDLE;
  const busy = ['working', 'wallet', 'pending'].includes(state.step);

  const takeUp = useEffectEvent(() => {
    const sent = recall(key, chainId);
    if (!sent || !resume || states.get().has(key)) return;
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
  work: () => Promise<MinedTransaction | undefined>,
  onDone: ActionPlan['onDone'],
): Promise<void> {
  try {
    const mined = await work();
    show(key, { step: 'done', hash: mined?.hash });
    onDone?.(mined?.hash);
    // The host's records may be a moment behind the block.
    if (mined) await untilIndexed(mined.block);
  } catch (error) {
    show(key, { step: 'failed', error });
  } finally {
    forget(key);
    announce();
  }
}

function show(key: string, state: ActionState): void {
  states.set(new Map(states.get()).set(key, state));
}

/** The end of an action is shown only once. */
function forgetEnd(key: string): void {
  const rest = new Map(states.get());
  const { step } = rest.get(key) ?? IDLE;
  if (step !== 'done' && step !== 'failed') return;
  rest.delete(key);
  states.set(rest);
}
