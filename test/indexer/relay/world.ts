import { Transaction, type Wallet } from 'ethers';
import { pino } from 'pino';
import { createCallCheck } from '../../../indexer/contract/calls/call-status.ts';
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
import type { TxRecords } from '../../../indexer/store/store.ts';
import { createKeyLock } from '../../../indexer/txmgr/key-lock.ts';
import { until } from '../../until.ts';
import { paymentsWorld } from '../payouts/world.ts';

export const CHAIN_ID = 31_337;
const PLENTY = 10n ** 12n;

/** A chain with a listing, and processes that relay for its provider with the same key and records. */
export async function relayWorld() {
  const payments = await paymentsWorld();
  const listing = await payments.publish();
  const check = createCallCheck({
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
    const { store } = payments.process(wallet);
    const { provider } = payments.chain;
    const limits = { mode: 'open', allowlist: [], gasPerDay: PLENTY, gasPerWallet: PLENTY } as const;
    const counters = createMemoryCounters();
    const relay = relays.use(
      openRelay({
        wallet,
        provider,
        check,
        records: store,
        policy: relayPolicy({ ...limits, gasPerClient: PLENTY }, { store, counters }),
        log: pino({ level: 'silent' }),
        nowSec: () => Math.floor(Date.now() / 1000),
        ...options,
      }),
    );
    /** Gas counted by now for what came from `clientIp`. */
    const counted = async (clientIp: string) => (await counters.add(`relay gas ${clientIp}`, 0, 1)).total;
    return { relay, store, counted };
  }
  const streamAt = (url: string): CallOf<'updateStream'> => ({
    name: 'updateStream',
    account: payments.provider.address,
    contract: payments.contract,
    args: { contentId: listing.contentId, url },
  });
  async function sign(call: WalletCall, signer = payments.provider): Promise<CallSignature> {
    const { domain, types, message } = toSign(call, CHAIN_ID, Math.floor(Date.now() / 1000)).typed_data;
    const { EIP712Domain: _, ...own } = types;
    const signature = await signer.signTypedData(domain, own, message);
    const [nonce, deadlineSec] = [BigInt(String(message.nonce)), BigInt(String(message.deadline))];
    return { nonce, deadlineSec, signature, clientIp: '192.0.2.1' };
  }
  async function signUnder(call: WalletCall, nonce: bigint): Promise<CallSignature> {
    const { domain, types, message } = toSign(call, CHAIN_ID, Math.floor(Date.now() / 1000)).typed_data;
    const { EIP712Domain: _, ...own } = types;
    const changed = { ...message, nonce: nonce.toString() };
    const signature = await payments.provider.signTypedData(domain, own, changed);
    return { nonce, deadlineSec: BigInt(String(message.deadline)), signature, clientIp: '192.0.2.1' };
  }

  /** What a crash between recording and sending leaves: signed, recorded, unknown to the chain. */
  async function leaveUnsent(call: WalletCall, signed: CallSignature): Promise<string> {
    const { store } = payments.process();
    const wallet = payments.wallet(0);
    const data = relayedCalldata(call, signed);
    const request = await wallet.populateTransaction({ to: call.contract, data, gasLimit: 300_000n });
    const raw = await wallet.signTransaction(request);
    const { hash, nonce } = Transaction.from(raw);
    if (hash === null) throw new Error('a signed transaction has a hash');
    const account = wallet.address.toLowerCase();
    const tx = { account, nonce, hash, raw, purpose: 'relay', sentAtMs: Date.now() };
    await createKeyLock(store).hold((holder) => store.recordSent(tx, holder));
    return hash;
  }

  /** Resolves when so many transactions wait in the chain's pool. */
  const pooled = (count: number) =>
    until(`${count} in the pool`, async () => {
      const pending = (await payments.chain.call('eth_pendingTransactions')) as unknown[];
      return pending.length >= count;
    });

  /** Resolves to the versions of the only call on its way, once there are so many and the newest is sent. */
  async function versions(records: TxRecords, count: number) {
    const found = () => records.unfinishedSent({ purpose: 'relay' });
    await until(`${count} versions`, async () => {
      const sent = await found();
      const newest = sent.at(-1);
      if (sent.length < count || !newest) return false;
      return (await payments.chain.provider.getTransaction(newest.hash)) !== null;
    });
    return await found();
  }

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
    signUnder,
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
