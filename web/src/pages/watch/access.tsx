import { useEffect, useEffectEvent } from 'react';
import type { Content, Stream } from '../../api/answers.ts';
import { HostRefused } from '../../api/errors.ts';
import { ActionButton } from '../../components/form/action-button.tsx';
import type { Steps } from '../../contract/calls.ts';
import { type Actor, useWalletAction } from '../../contract/use-write.ts';
import { createStore, useStore } from '../../lib/store.ts';
import { accessClaim, endByGate, requestAccess, typedAccess } from '../../playback/access.ts';
import { rememberToken } from '../../playback/tokens.ts';
import type { ViewPayment } from './good-for.ts';
import { forgetPaid } from './paid.ts';
import { useOfferedWay } from './picture/way.tsx';

const LABELS = {
  wallet: 'Sign in your wallet: it shows the provider that you have paid, and costs nothing.',
  pending: 'Signed. Waiting until the provider has seen your payment …',
  done: 'Signed.',
};

/** A payment that was made so lately may not stand in the provider's records yet. */
const FRESH_MS = 180_000;

interface AccessProps {
  content: Content;
  stream: Stream;
  /** Of the gate. */
  accessUrl: string;
  paid: ViewPayment;
}

/** Asks for one signature, no transaction: the provider answers with a token that is good for as long as the payment. */
export function Access(props: AccessProps) {
  const key = keyOf(props.stream);
  const access = useWalletAction({ what: key }, async (actor, steps) => {
    await takeUp(props, actor, steps);
    return undefined;
  });
  const begin = useEffectEvent(() => {
    const others = new Set(toSign.get());
    if (!others.delete(key)) return;
    toSign.set(others);
    access.start();
  });
  // The records may show a payment before the wallet's own receipt does: then this view is there first.
  const isNext = useStore(toSign).has(key);
  useEffect(() => {
    if (isNext) begin();
  }, [isNext]);
  useOfferedWay(access.busy ? null : 'Sign to play', access.start);
  return (
    <ActionButton action={access} labels={LABELS}>
      Sign to go on
    </ActionButton>
  );
}

/** Payments after which the wallet is asked at once; after a reload the person asks for it. */
const toSign = createStore<ReadonlySet<string>>(new Set());

export function signNext(stream: Stream): void {
  toSign.set(new Set(toSign.get()).add(keyOf(stream)));
}

function keyOf({ contract, content_id, content_distributor_wallet: provider }: Stream): string {
  return `access:${contract}:${content_id}:${provider}`.toLowerCase();
}

async function takeUp(
  { content, stream, accessUrl, paid }: AccessProps,
  { wallet, chain }: Actor,
  steps: Steps,
) {
  const { signTyped } = await import('../../contract/stream-host.ts');
  const where = { chainId: chain.chain_id, contract: stream.contract };
  const isFresh = Date.now() - Date.parse(paid.at) < FRESH_MS;
  async function signed(expiresAtSec?: number) {
    steps.wallet();
    const claim = accessClaim(stream, wallet.address, Date.now(), expiresAtSec);
    const signature = await signTyped(wallet, chain, typedAccess(claim, where));
    steps.pending();
    return await requestAccess(accessUrl, stream, { claim, signature, isFresh });
  }
  try {
    const granted = await signed().catch(async (error: unknown) => {
      const end = endByGate(error);
      if (end === null) throw error;
      return await signed(end);
    });
    rememberToken(stream, wallet.address, granted);
  } catch (error) {
    if (isUnpaid(error)) forgetPaid(content, wallet.address, stream.content_distributor_wallet);
    throw error;
  }
}

function isUnpaid(error: unknown): boolean {
  return error instanceof HostRefused && error.problem.code === 'payment_required';
}
