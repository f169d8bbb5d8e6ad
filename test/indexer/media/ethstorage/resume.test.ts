import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { EthStorageError } from '../../../../indexer/media/ethstorage/errors.ts';
import type { OwnerKey } from '../../../../indexer/media/ethstorage/ports.ts';
import type { MediaStorage } from '../../../../indexer/media/storage.ts';
import { rejection } from '../../../rejection.ts';
import { bytesOf, collect, file } from '../content.ts';
import { CHUNK_BYTES, directoryOf, type EthStorageWorld, ethStorageWorld } from './world.ts';

describe('an upload to EthStorage that fails', () => {
  let world: EthStorageWorld;
  let dataDir: string;
  let directory: string;
  let size = 4 * CHUNK_BYTES;

  before(async () => {
    world = await ethStorageWorld();
    const first = await world.storage(await world.newFolder());
    directory = directoryOf((await first.add(file(1))).web3Url);
  });
  after(() => world.close());
  beforeEach(async () => {
    dataDir = await world.newFolder();
    size += 1; // another file each time: of five chunks, the last one short
  });

  /** The next try sends what is missing, and only that. */
  async function expectResumed(storage: MediaStorage, missing: number): Promise<void> {
    const adding = { cid: '' };
    const { transactions } = await world.spentDuring(async () => {
      adding.cid = (await storage.add(file(size))).cid;
    });
    expect(transactions).to.equal(missing);
    const bytes = await collect(storage.read(adding.cid, { offset: 0, length: size }));
    expect(bytes.equals(bytesOf(0, size))).to.equal(true);
    expect(await readdir(join(dataDir, '31337', 'staged'))).to.deep.equal([]);
  }

  async function expectNothingHere(storage: MediaStorage): Promise<void> {
    const { cid } = await (await world.storage(await world.newFolder(), { directory })).add(file(1));
    expect(await storage.stat(cid)).to.equal(null);
    expect(await readdir(join(dataDir, '31337', 'files'))).to.deep.equal([]);
    expect(await readdir(join(dataDir, '31337', 'staged'))).to.deep.equal([]);
  }

  /** Its third transaction meets `fate`. */
  function keyWith(fate: (send: OwnerKey['send']) => OwnerKey['send']): OwnerKey {
    let sent = 0;
    const send: OwnerKey['send'] = (...call) => world.ownKey.send(...call);
    return {
      address: world.ownKey.address,
      send(...call) {
        sent += 1;
        return (sent === 3 ? fate(send) : send)(...call);
      },
    };
  }

  for (const [point, missing] of [
    ['ethstorage.signed:1', 4],
    ['ethstorage.sent:3', 2],
    ['ethstorage.whole:1', 0],
  ] as const) {
    it(`because the process is killed at ${point} goes on where it was`, async () => {
      const own = await world.storage(dataDir);
      await own.add(file(1)); // its own directory
      await own.close();
      await world.uploadElsewhere(dataDir, size, point);
      const storage = await world.storage(dataDir);
      expect(await readdir(join(dataDir, '31337', 'files'))).to.have.length(1);
      // A transaction that was signed goes out before anything new: it is the missing one's.
      await expectResumed(storage, point.includes('signed') ? missing + 1 : missing);
    });
  }

  it('because the key can not pay for a chunk says so, and goes on when it can', async () => {
    const account = world.ownKey.address;
    const balance = await world.chain.provider.getBalance(account);
    const key = keyWith((send) => async (...call) => {
      await world.chain.call('hardhat_setBalance', account, '0x1');
      return await send(...call);
    });
    const storage = await world.storage(dataDir, { directory, key });
    const failure = await rejection(storage.add(file(size)));
    await world.chain.call('hardhat_setBalance', account, `0x${balance.toString(16)}`);
    expect(failure).to.be.instanceOf(EthStorageError).with.property('fault', 'funds');
    expect(failure).to.include({ retryable: true }).and.have.property('cause').that.is.instanceOf(Error);
    await expectNothingHere(storage);
    await expectResumed(storage, 3);
  });

  it('because the chain refuses a chunk says so, and goes on when it does not', async () => {
    const key = keyWith((send) => (purpose, prepare) => {
      return send(purpose, async (...context) => {
        const call = await prepare(...context);
        return call && { ...call, data: `${call.data.slice(0, 10)}${'00'.repeat(96)}` };
      });
    });
    const storage = await world.storage(dataDir, { directory, key });
    const failure = await rejection(storage.add(file(size)));
    expect(failure).to.be.instanceOf(EthStorageError).with.property('fault', 'refused');
    expect(failure).to.have.property('retryable', false);
    await expectNothingHere(storage);
    await expectResumed(storage, 3);
  });

  it('because it is stopped between two chunks rejects with the reason', async () => {
    const stop = new AbortController();
    const reason = new Error('stop');
    const key = keyWith((send) => (...call) => {
      stop.abort(reason);
      return send(...call);
    });
    const storage = await world.storage(dataDir, { directory, key });
    expect(await rejection(storage.add(file(size), { signal: stop.signal }))).to.equal(reason);
    await expectNothingHere(storage);
    await expectResumed(storage, 3);
  });

  it('because the host stops rejects, and goes on in the next process', async () => {
    const stopping: { storage?: MediaStorage; closed?: Promise<void> } = {};
    const key = keyWith((send) => (...call) => {
      stopping.closed = stopping.storage?.close() ?? Promise.resolve();
      return send(...call);
    });
    stopping.storage = await world.storage(dataDir, { directory, key });
    const failure = await rejection(stopping.storage.add(file(size)));
    await stopping.closed;
    expect(failure)
      .to.be.instanceOf(EthStorageError)
      .with.property('message', 'EthStorage: the media storage is closing');
    await expectResumed(await world.storage(dataDir, { directory }), 3);
  });

  it('because nothing is mined any more tells of the time-out; what was sent counts once it is mined', async () => {
    const key = keyWith((send) => async (...call) => {
      await world.chain.call('evm_setAutomine', false);
      return await send(...call);
    });
    const storage = await world.storage(dataDir, { directory, key, stallMs: 2_000 });
    const failure = await rejection(storage.add(file(size)));
    await world.chain.call('evm_setAutomine', true);
    await world.chain.call('evm_mine');
    expect(failure).to.be.instanceOf(EthStorageError).with.property('fault', 'timeout');
    expect(failure).to.have.property('message', 'EthStorage: nothing was mined for 2 s');
    await expectNothingHere(storage);
    await expectResumed(await world.storage(dataDir, { directory }), 2);
  });

  it('because it takes too long on the whole tells of the time-out', async () => {
    const storage = await world.storage(dataDir, { directory, overallMs: 10 });
    const failure = await rejection(storage.add(file(size)));
    expect(failure).to.be.instanceOf(EthStorageError).with.property('fault', 'timeout');
    expect(failure)
      .to.have.property('message')
      .that.matches(/^EthStorage: the file is not there after 0 s$/);
    await expectNothingHere(storage);
  });
});

describe('an upload to EthStorage beside others that use the key', () => {
  let world: EthStorageWorld;
  before(async () => {
    world = await ethStorageWorld();
  });
  after(() => world.close());

  const pay = async () => ({ to: world.wallet(9).address, data: '0x', value: 1n });

  it('takes its nonces in turn with them, from whichever process', async () => {
    const storage = await world.storage(await world.newFolder());
    const others = [world.key(), world.key()];
    const first = await world.chain.provider.getTransactionCount(world.ownKey.address);
    const adding = storage.add(file(4 * CHUNK_BYTES));
    const sent = await Promise.all(
      Array.from({ length: 12 }, (_, index) => others[index % 2]?.send('relay', pay)),
    );
    for (const call of sent) expect((await call?.mined())?.status).to.equal(1);
    const { cid } = await adding;
    expect(await storage.stat(cid)).to.deep.equal({ kind: 'file', sizeBytes: 4 * CHUNK_BYTES });
    const count = await world.chain.provider.getTransactionCount(world.ownKey.address);
    expect(count - first).to.equal(12 + 1 + 4);
  });

  it('takes the next nonce when a wallet program with the same key was faster', async () => {
    let overtaken = 0;
    const key: OwnerKey = {
      address: world.ownKey.address,
      send: (purpose, prepare) =>
        world.ownKey.send(purpose, async (unmined, nonce) => {
          const call = await prepare(unmined, nonce);
          if (overtaken++ === 0) await (await world.wallet(0).sendTransaction(await pay())).wait();
          return call;
        }),
    };
    const storage = await world.storage(await world.newFolder(), { key });
    const { cid } = await storage.add(file(99));
    expect(await storage.stat(cid)).to.deep.equal({ kind: 'file', sizeBytes: 99 });
    expect(overtaken).to.be.above(2);
  });
});
