import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { getCreateAddress, Transaction, Wallet } from 'ethers';
import { publicTestAccounts } from '../../../indexer/chain/devnet/accounts.ts';
import { Replaced, StillPending } from '../../../indexer/payments/confirmation.ts';
import { KeyBusy, keyLease } from '../../../indexer/payments/keylease.ts';
import { inFlight } from '../../../indexer/payments/leftovers.ts';
import { type OperatorCall, operatorKey } from '../../../indexer/payments/operator.ts';
import { isRefusal } from '../../../indexer/payments/rpc.ts';
import { openDatabase } from '../../../indexer/store/sqlite/database.ts';
import { operatorLedger } from '../../../indexer/store/sqlite/operator.ts';
import type { SentTransaction } from '../../../indexer/store/store.ts';
import { freshChain } from './chain.ts';

const PAYEE = '0x00000000000000000000000000000000000000ee';
const pay = (value: bigint) => async (): Promise<OperatorCall> => ({ to: PAYEE, data: '0x', value });

describe("operator's key", () => {
  let folder: string;
  let path: string;
  let chain: Awaited<ReturnType<typeof freshChain>>;
  const opened: { close(): unknown }[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'operator-'));
    path = join(folder, 'host.sqlite');
    chain = await freshChain();
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) each.close();
    await chain.close();
    rmSync(folder, { recursive: true });
  });

  /** What another process would hold: its own connection, its own lease, the same key. */
  function process(options: { waitMs?: number; raiseAfterMs?: number; giveUpAfterMs?: number } = {}) {
    const db = openDatabase(path);
    opened.push(db);
    const ledger = operatorLedger(db);
    const { waitMs = 20_000, ...patience } = options;
    const lease = keyLease(ledger, { ttlMs: 2_000, waitMs });
    const wallet = new Wallet(publicTestAccounts()[0]?.privateKey ?? '');
    return { ledger, lease, key: operatorKey({ wallet, provider: chain.provider, ledger, lease, patience }) };
  }

  /** Signed and recorded, then the power went. */
  async function leaveUnsent(value: bigint): Promise<SentTransaction> {
    const { ledger, lease } = process();
    const wallet = new Wallet(publicTestAccounts()[0]?.privateKey ?? '', chain.provider);
    const account = wallet.address.toLowerCase();
    const nonce = await chain.provider.getTransactionCount(account, 'pending');
    const request = await wallet.populateTransaction({
      to: PAYEE,
      value,
      nonce,
      gasLimit: 21_000n,
    });
    const raw = await wallet.signTransaction(request);
    const hash = Transaction.from(raw).hash ?? '';
    const tx = { account, nonce, hash, raw, purpose: 'sponsor', sentAtMs: Date.now() };
    await lease.hold((holder) => ledger.recordSent(tx, holder));
    return tx;
  }

  const received = () => chain.provider.getBalance(PAYEE);

  it('throws KeyBusy when another process keeps the key', async () => {
    const [one, other] = [process(), process({ waitMs: 100 })];
    const error = await one.lease.hold(() => other.key.send('relay', pay(1n)).catch((caught) => caught));
    expect(error).to.be.instanceOf(KeyBusy);
    expect(await received()).to.equal(0n);
  });

  it('records nothing when the node refuses the call, and the nonce goes to the next one', async () => {
    const { key, ledger } = process();
    const balance = await chain.provider.getBalance(key.address);
    const error = await key.send('relay', pay(balance + 1n)).catch((caught) => caught);
    expect(isRefusal(error)).to.equal(true);
    expect(error.message).to.match(/enough funds/);
    expect(await ledger.unfinishedSent()).to.deep.equal([]);
    const sent = await key.send('relay', pay(5n));
    expect((await sent?.mined())?.status).to.equal(1);
    expect(sent?.nonce).to.equal(0);
  });

  it('sends nothing when there turns out to be nothing to send', async () => {
    const { key } = process();
    expect(await key.send('relay', async () => null)).to.equal(null);
    expect(await chain.provider.getTransactionCount(key.address)).to.equal(0);
  });

  it('creates a contract, at the address that follows from the nonce it tells', async () => {
    const { key } = process();
    await (await key.send('relay', pay(1n)))?.mined();
    let told = '';
    const sent = await key.send('create', async (_, nonce) => {
      told = getCreateAddress({ from: key.address, nonce });
      return { to: null, data: '0x60015f5260015ff3' }; // its code is one zero byte
    });
    const receipt = await sent?.mined();
    expect(receipt?.contractAddress).to.equal(told);
    expect(await chain.provider.getCode(told)).to.equal('0x00');
  });

  it('gives every call of several processes at once its own nonce', async () => {
    const processes = [process(), process(), process()];
    const sent = await Promise.all(
      Array.from({ length: 15 }, (_, index) => processes[index % 3]?.key.send('relay', pay(1n))),
    );
    for (const call of sent) expect((await call?.mined())?.status).to.equal(1);
    expect(sent.map((call) => call?.nonce).sort((a = 0, b = 0) => a - b)).to.deep.equal([
      ...Array(15).keys(),
    ]);
    expect(await received()).to.equal(15n);
  });

  it('sends what a crash left unsent, unchanged, before anything new', async () => {
    const leftover = await leaveUnsent(3n);
    const sent = await process().key.send('relay', pay(4n));
    await sent?.mined();
    expect(sent?.nonce).to.equal(leftover.nonce + 1);
    expect((await chain.provider.getTransactionReceipt(leftover.hash))?.status).to.equal(1);
    expect(await received()).to.equal(7n);
  });

  it('gives the nonce of a leftover that the node refuses to the next call, so only one of the two can be mined', async () => {
    const balance = await chain.provider.getBalance(process().key.address);
    const leftover = await leaveUnsent(balance + 1n);
    const shown: SentTransaction[][] = [];
    const sent = await process().key.send('relay', async (unmined) => {
      shown.push(unmined);
      return { to: PAYEE, data: '0x', value: 4n };
    });
    await sent?.mined();
    expect(sent?.nonce).to.equal(leftover.nonce);
    expect(shown).to.deep.equal([[]]);
    expect(await received()).to.equal(4n);
  });

  it('shows the next call what is sent and not mined yet', async () => {
    await chain.call('evm_setAutomine', false);
    const { key, ledger } = process();
    const first = await key.send('sponsor', pay(1n));
    const unmined = await inFlight(chain.provider, ledger);
    expect(unmined.map(({ hash, purpose }) => [hash, purpose])).to.deep.equal([[first?.hash, 'sponsor']]);
    await chain.call('evm_mine');
    await first?.mined();
    expect(await inFlight(chain.provider, ledger)).to.deep.equal([]);
  });

  it('forgets the raw form once the nonce is final', async () => {
    const { key, ledger } = process();
    await (await key.send('sponsor', pay(1n)))?.mined();
    expect(await ledger.unfinishedSent()).to.have.lengthOf(1);
    await key.send('relay', async () => null);
    expect(await ledger.unfinishedSent()).to.deep.equal([]);
    expect(await ledger.senders('sponsor')).to.deep.equal([key.address.toLowerCase()]);
  });

  it('raises the fee of a call that is not mined, and takes the receipt of either version', async () => {
    await chain.call('evm_setAutomine', false);
    const { key, ledger } = process({ raiseAfterMs: 30 });
    const sent = await key.send('sponsor', pay(9n));
    const mined = sent?.mined();
    const raised = async () => {
      for (;;) {
        const [, second] = await ledger.unfinishedSent();
        if (second && (await chain.provider.getTransaction(second.hash))) break;
        await new Promise(setImmediate);
      }
      await chain.call('evm_mine');
    };
    const [receipt] = await Promise.all([mined, raised()]);
    expect(receipt?.status).to.equal(1);
    expect(receipt?.hash).to.not.equal(sent?.hash);
    expect(await received()).to.equal(9n);
  });

  it('throws StillPending when its patience ends, and the transaction stays recorded', async () => {
    await chain.call('evm_setAutomine', false);
    const { key, ledger } = process({ giveUpAfterMs: 1 });
    const sent = await key.send('sponsor', pay(9n));
    expect(await sent?.mined().catch((error) => error)).to.be.instanceOf(StillPending);
    expect((await ledger.unfinishedSent()).map((tx) => tx.hash)).to.deep.equal([sent?.hash]);
  });

  it('throws Replaced when the wallet used the nonce for something else', async () => {
    await chain.call('evm_setAutomine', false);
    const { key } = process();
    const sent = await key.send('sponsor', pay(9n));
    const wallet = new Wallet(publicTestAccounts()[0]?.privateKey ?? '', chain.provider);
    await wallet.sendTransaction({
      to: PAYEE,
      value: 1n,
      nonce: sent?.nonce ?? null,
      maxFeePerGas: 10n ** 11n,
      maxPriorityFeePerGas: 10n ** 11n,
    });
    await chain.call('evm_mine');
    expect(await sent?.mined().catch((error) => error)).to.be.instanceOf(Replaced);
    expect(await received()).to.equal(1n);
  });

  it('records nothing for a holder whose lease was taken over', async () => {
    const { ledger } = process();
    const tx = { account: '0xaa', nonce: 0, hash: '0x01', raw: '0x02', purpose: 'relay', sentAtMs: 0 };
    expect(await ledger.leaseKey({ holder: 'paused', nowMs: 0, ttlMs: 10 })).to.equal(true);
    expect(await ledger.leaseKey({ holder: 'next', nowMs: 9, ttlMs: 10 })).to.equal(false);
    expect(await ledger.leaseKey({ holder: 'next', nowMs: 10, ttlMs: 10 })).to.equal(true);
    expect(await ledger.recordSent(tx, 'paused')).to.equal(false);
    await ledger.releaseKey('paused');
    expect(await ledger.recordSent(tx, 'next')).to.equal(true);
    await ledger.forgetSent('0x01', 'paused');
    expect(await ledger.unfinishedSent()).to.deep.equal([tx]);
  });
});
