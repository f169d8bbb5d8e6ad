import { expect } from 'chai';
import { id, ZeroAddress } from 'ethers';
import { openChannel } from '../../client/index.ts';
import { memoryStorage } from '../../client/storage.ts';
import { rejection } from '../rejection.ts';
import { until } from '../until.ts';
import { PRICE, type Selling, startSelling } from './selling.ts';

/** A wallet that the host knows nothing of. */
const OTHER = 9;

describe('openChannel', () => {
  let selling: Selling;
  before(async () => {
    selling = await startSelling();
  });
  after(() => selling.stop());

  const onChain = async (id: string) => {
    const { body } = await selling.api.get(`/channels/${id}`);
    return (body.channels as Record<string, unknown>[])[0];
  };

  it('puts a deposit aside by one transaction, and keeps the key that signs for it', async () => {
    const { wallet, api, parties } = selling;
    const storage = memoryStorage();
    const sent = await wallet.getNonce();
    const channel = await selling.open(storage);
    expect((await wallet.getNonce()) - sent).to.equal(1);
    await api.settled();
    expect(await onChain(channel.id)).to.include({
      viewer_wallet: wallet.address,
      provider_wallet: parties.provider,
      deposit_base_units: String(20n * PRICE),
    });
    const balance = {
      deposit: 20n * PRICE,
      spent: 0n,
      awaited: 0n,
      left: 20n * PRICE,
      limit: 20n * PRICE,
      withdrawableAtSec: null,
    };
    expect(await channel.balance()).to.deep.equal(balance);
    const again = await selling.resume(storage);
    expect(again?.id).to.equal(channel.id);
    expect(await rejection(selling.open(storage))).to.include({ code: 'channel_exists' });
    expect((await wallet.getNonce()) - sent).to.equal(1);
    expect((await selling.open(memoryStorage())).id).to.not.equal(channel.id);
  });

  it('keeps the key before anything is sent, and takes it up again', async () => {
    const entries = new Map<string, string>();
    const storage = memoryStorage(entries);
    const { wallet, parties, facts } = selling;
    const stored: number[] = [];
    const refusing = new Proxy(wallet, {
      get(target, name) {
        if (name !== 'sendTransaction') return Reflect.get(target, name);
        return async () => {
          stored.push(entries.size);
          throw new Error('no, says the person');
        };
      },
    });
    const options = { ...parties, storage, facts, deposit: PRICE };
    expect((await rejection(openChannel({ ...options, wallet: refusing }))).message).to.include(
      'says the person',
    );
    expect(stored).to.deep.equal([1]);
    const [text = ''] = entries.values();
    expect(await selling.resume(storage)).to.equal(null);
    const channel = await openChannel({ ...options, wallet });
    expect(text).to.include(channel.id);
    expect((await selling.resume(storage))?.id).to.equal(channel.id);
  });

  it('takes up a channel that was mined after this program had ended', async () => {
    const entries = new Map<string, string>();
    const channel = await selling.open(memoryStorage(entries));
    for (const [key, text] of entries) entries.set(key, text.replace('"isOpen":true', '"isOpen":false'));
    await selling.api.settled();
    const storage = memoryStorage(entries);
    expect(await rejection(selling.open(storage))).to.include({ code: 'channel_exists' });
    expect((await selling.resume(storage))?.id).to.equal(channel.id);
  });

  it('sends nothing on another chain than the listing is on', async () => {
    const { wallet, parties } = selling;
    const options = { ...parties, chainId: 1, storage: memoryStorage(), wallet, deposit: PRICE };
    const facts = { host: selling.api.url };
    expect(await rejection(openChannel({ ...options, facts }))).to.include({ code: 'chain_differs' });
  });

  it('reads of the chain itself what a host would say', async () => {
    const { wallet, parties, api } = selling;
    const facts = { chain: api.chain.provider };
    const channel = await openChannel({
      ...parties,
      storage: memoryStorage(),
      facts,
      wallet,
      deposit: 3n * PRICE,
    });
    expect(await channel.balance()).to.include({ deposit: 3n * PRICE, withdrawableAtSec: null });
  });

  it('adds to the deposit and to what may be spent', async () => {
    const channel = await selling.open(memoryStorage(), 2n * PRICE, { limit: PRICE });
    await selling.api.settled();
    await channel.topUp(3n * PRICE, { wallet: selling.wallet });
    await selling.api.settled();
    expect(await channel.balance()).to.include({ deposit: 5n * PRICE, limit: 4n * PRICE });
  });

  it('belongs to its wallet: another one in the same storage has its own, and touches no other', async () => {
    const { api, wallet } = selling;
    const other = api.wallet(OTHER);
    const storage = memoryStorage();
    const first = await selling.open(storage, 2n * PRICE);
    const second = await selling.open(storage, 3n * PRICE, { wallet: other });
    await api.settled();
    const found = async (viewer?: string) => (await selling.resume(storage, viewer))?.id;
    expect(await found()).to.equal(first.id);
    expect(await found(wallet.address)).to.equal(first.id);
    expect(await found(other.address)).to.equal(second.id);
    expect(await found(ZeroAddress)).to.equal(undefined);

    const sent = await other.getNonce();
    for (const refused of [
      () => first.topUp(PRICE, { wallet: other }),
      () => first.close({ wallet: other }),
      () => first.collect({ wallet: other }),
    ]) {
      expect(await rejection(refused())).to.include({ code: 'viewer_differs' });
    }
    expect(await other.getNonce()).to.equal(sent);
    await second.topUp(PRICE, { wallet: other });
    await api.settled();
    expect(await first.balance()).to.include({ deposit: 2n * PRICE, limit: 2n * PRICE });
    expect(await second.balance()).to.include({ deposit: 4n * PRICE, limit: 4n * PRICE });
  });

  it('brings the rest back after the delay, and begins anew with what is added then', async () => {
    const { wallet, api } = selling;
    const channel = await selling.open(memoryStorage(), 7n * PRICE);
    await channel.close({ wallet });
    await api.settled();
    const { withdrawableAtSec } = await channel.balance();
    const head = await api.chain.provider.getBlock('latest');
    expect(withdrawableAtSec).to.be.above(head?.timestamp ?? 0);
    const early = id('WithdrawTooEarly(bytes32,uint256)').slice(0, 10);
    expect(String((await rejection(channel.collect({ wallet }))).data)).to.include(early);

    await api.increaseTime(Number(withdrawableAtSec) - Number(head?.timestamp));
    const before = await api.chain.provider.getBalance(wallet.address);
    await channel.collect({ wallet });
    expect((await api.chain.provider.getBalance(wallet.address)) - before > 6n * PRICE).to.equal(true);
    await api.settled();
    expect(await channel.balance()).to.deep.include({
      deposit: 0n,
      left: 0n,
      limit: 0n,
      withdrawableAtSec: null,
    });
    await channel.topUp(PRICE, { wallet });
    await api.settled();
    expect(await channel.balance()).to.include({ deposit: PRICE, limit: PRICE });
  });

  it('collects at once what the provider has released', async () => {
    const { wallet, api } = selling;
    const channel = await selling.open(memoryStorage(), 7n * PRICE);
    await api.settled();
    await selling.release(channel);
    const before = await api.chain.provider.getBalance(wallet.address);
    await channel.collect({ wallet });
    await until('it is there', async () => (await api.chain.provider.getBalance(wallet.address)) > before);
  });
});
