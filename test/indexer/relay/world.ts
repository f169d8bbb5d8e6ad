import type { Wallet } from 'ethers';
import { pino } from 'pino';
import { CallCheck } from '../../../indexer/contract/calls/call-status.ts';
import {
  type CallOf,
  relayedCalldata,
  toSign,
  type WalletCall,
} from '../../../indexer/contract/calls/wallet-calls.ts';
import type { CallSignature, Relay } from '../../../indexer/contract/calls/writer.ts';
import { createSignatureCheck } from '../../../indexer/contract/signatures.ts';
import { createMemoryCounters } from '../../../indexer/counters/memory.ts';
import { openRelay } from '../../../indexer/relay/open.ts';
import { relayPolicy } from '../../../indexer/relay/policy.ts';
import type { TxRecords } from '../../../indexer/store/book.ts';
import { createKeyLock } from '../../../indexer/txmgr/key-lock.ts';
import { until } from '../../until.ts';
import { authorize } from '../http/signing.ts';
import { paymentsWorld } from '../payouts/world.ts';
import { recordUnsent, versionsSent } from '../txmgr/world.ts';

export const CHAIN_ID = 31_337;
const PLENTY = 10n ** 12n;

/** A chain with a listing, and processes that relay for its provider with the same key and records. */
export async function relayWorld() {
  const payments = await paymentsWorld();
  const listing = await payments.publish();
  const check = new CallCheck({
    provider: payments.chain.provider,
    chainId: CHAIN_ID,
    checkSignature: createSignatureCheck(payments.chain.rpc),
  });
  let relays = new AsyncDisposableStack();

  interface Options {
    wallet?: Wallet;
    raiseAfterMs?: number;
    waitMs?: number;
  }

  /** The relay as a process of its own would have it. */
  function process({ wallet = payments.wallet(0), ...options }: Options = {}) {
    const { book } = payments.process(wallet);
    const { provider } = payments.chain;
    const limits = { mode: 'open', allowlist: [], gasPerDay: PLENTY, gasPerWallet: PLENTY } as const;
    const counters = createMemoryCounters();
    const policy = relayPolicy({ ...limits, gasPerClient: PLENTY }, { book, counters });
    const relay = relays.use(
      openRelay({
        wallet,
        provider,
        check,
        records: book,
        policy,
        viewersPolicy: policy,
        log: pino({ level: 'silent' }),
        nowSec: () => Math.floor(Date.now() / 1000),
        ...options,
      }),
    );
    /** Gas counted by now for what came from `clientIp`. */
    const counted = async (clientIp: string) => (await counters.add(`relay gas ${clientIp}`, 0, 1)).total;
    return { relay, book, counted };
  }
  const streamAt = (url: string): CallOf<'updateStream'> => ({
    name: 'updateStream',
    account: payments.provider.address,
    contract: payments.contract,
    args: { contentId: listing.contentId, url },
  });
  /** @param nonce by default the one that is offered. */
  async function sign(
    call: WalletCall,
    { signer = payments.provider, nonce }: { signer?: Wallet; nonce?: bigint } = {},
  ): Promise<CallSignature> {
    const { typed_data } = toSign(call, CHAIN_ID, Math.floor(Date.now() / 1000));
    const forged = nonce === undefined ? {} : { message: { nonce: String(nonce) } };
    const signed = await authorize(signer, typed_data, forged);
    const numbers = { nonce: BigInt(signed.nonce), deadlineSec: BigInt(signed.deadline) };
    return { ...numbers, signature: signed.signature, clientIp: '192.0.2.1' };
  }

  /** What a crash between recording and sending leaves. */
  async function leaveUnsent(call: WalletCall, signed: CallSignature): Promise<string> {
    const { book: records } = payments.process();
    const request = { to: call.contract, data: relayedCalldata(call, signed), gasLimit: 300_000n };
    const lock = createKeyLock(records);
    return (await recordUnsent(payments.wallet(0), request, 'relay', { records, lock })).hash;
  }

  /** Resolves when so many transactions wait in the chain's pool. */
  const pooled = (count: number) =>
    until(`${count} in the pool`, async () => {
      const pending = (await payments.chain.call('eth_pendingTransactions')) as unknown[];
      return pending.length >= count;
    });

  /** Resolves to the versions of the only call on its way, once there are so many and the newest is sent. */
  const versions = (records: TxRecords, count: number) =>
    versionsSent(payments.chain.provider, () => records.unfinishedSent({ purpose: 'relay' }), count);

  /** All processes die: what they sent stays sent. */
  async function endAll(): Promise<void> {
    await relays.disposeAsync();
    relays = new AsyncDisposableStack();
  }

  return {
    ...payments,
    check,
    listing,
    relaying: process,
    endAll,
    streamAt,
    sign,
    leaveUnsent,
    pooled,
    versions,
    submit: (relay: Relay, call: WalletCall, signed: CallSignature) =>
      relay.submit({ calls: [call] }, signed),
    url: () => payments.as(payments.viewer).streamOf(listing.contentId, payments.provider),
    operatorSent: () => payments.chain.provider.getTransactionCount(payments.wallet(0).address),
    async close() {
      await endAll();
      await payments.close();
    },
  };
}

export type RelayWorld = Awaited<ReturnType<typeof relayWorld>>;
