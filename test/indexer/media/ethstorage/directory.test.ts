import { expect } from 'chai';
import { Contract, ZeroAddress } from 'ethers';
import { EthStorageError } from '../../../../indexer/media/ethstorage/errors.ts';
import type { OwnerKey } from '../../../../indexer/media/ethstorage/ports.ts';
import { BLOB_CHAINS, loadSdk } from '../../../../indexer/media/ethstorage/sdk.ts';
import type { Rpc } from '../../../../indexer/rpc/rpc.ts';
import { rejection } from '../../../rejection.ts';
import { file } from '../content.ts';
import { directoryOf, type EthStorageWorld, ethStorageWorld } from './world.ts';

describe('the directory of a host on EthStorage', () => {
  let world: EthStorageWorld;
  let dataDir: string;
  let earlier: number;

  before(async () => {
    world = await ethStorageWorld();
  });
  after(() => world.close());
  beforeEach(async () => {
    dataDir = await world.newFolder();
    earlier = await world.creations();
  });

  /** Sends, and loses the connection before it hears of the block. */
  const deaf = (): OwnerKey => ({
    address: world.ownKey.address,
    async send(...call) {
      const sent = await world.ownKey.send(...call);
      const lost = Object.assign(new Error('connection lost'), { code: 'NETWORK_ERROR' });
      return sent && { hash: sent.hash, mined: () => Promise.reject(lost) };
    },
  });
  const created = async () => (await world.creations()) - earlier;

  it('is created with the first file, belongs to the key, and takes all files', async () => {
    const storage = await world.storage(dataDir);
    const one = directoryOf((await storage.add(file(1))).web3Url);
    const other = directoryOf((await storage.add(file(2))).web3Url);
    expect(other).to.equal(one);
    expect(await world.directory(one).facts()).to.deep.equal({
      owner: world.ownKey.address,
      mode: 'calldata',
    });
    expect(await created()).to.equal(1);
    expect(world.messages).to.include(`EthStorage: created the directory ${one} on chain 31337`);
  });

  it('is one for uploads at once, in one process and in several', async () => {
    const storages = [await world.storage(dataDir), await world.storage(dataDir, { key: world.key() })];
    const added = await Promise.all([1, 2, 3, 4].map((size) => storages[size % 2]?.add(file(size))));
    const directories = new Set(added.map((each) => directoryOf(each?.web3Url)));
    expect(directories.size).to.equal(1);
    expect(await created()).to.equal(1);
  });

  it('is found again after a restart', async () => {
    const first = await world.storage(dataDir);
    const one = directoryOf((await first.add(file(1))).web3Url);
    await first.close();
    const again = await world.storage(dataDir);
    expect(directoryOf((await again.add(file(2))).web3Url)).to.equal(one);
    expect(await created()).to.equal(1);
  });

  for (const point of ['ethstorage.remembered', 'ethstorage.directory.signed', 'ethstorage.directory.sent']) {
    it(`is one when the process is killed at ${point}`, async () => {
      await world.uploadElsewhere(dataDir, 1, point);
      const storage = await world.storage(dataDir);
      const one = directoryOf((await storage.add(file(2))).web3Url);
      expect(await created()).to.equal(1);
      const other = await world.storage(dataDir, { key: world.key() });
      expect(directoryOf((await other.add(file(3))).web3Url)).to.equal(one);
      expect(await created()).to.equal(1);
    });
  }

  it('is one when the answer about its creation is lost', async () => {
    const storage = await world.storage(dataDir, { key: deaf() });
    const failure = await rejection(storage.add(file(1)));
    expect(failure).to.be.instanceOf(EthStorageError).with.property('fault', 'unreachable');
    expect(failure).to.have.property('retryable', true);
    await (await world.storage(dataDir)).add(file(1));
    expect(await created()).to.equal(1);
  });

  it('is one when the node that is asked is behind', async () => {
    await rejection((await world.storage(dataDir, { key: deaf() })).add(file(1)));
    let late = 0;
    const chain: Rpc = {
      async batch(calls, options) {
        const isLate = calls.some(({ method }) => method === 'eth_getCode') && ++late < 5;
        return isLate ? calls.map(() => '0x') : await world.chain.rpc.batch(calls, options);
      },
    };
    const storage = await world.storage(dataDir, { chain, lagMs: 10_000 });
    await storage.add(file(2));
    expect(await created()).to.equal(1);
    expect(late).to.be.above(4);
  });

  it('is a new one when the key no longer owns the old one, whose files are still read', async () => {
    const storage = await world.storage(dataDir);
    const { cid, web3Url } = await storage.add(file(5));
    const abi = ['function transferOwnership(address)'];
    const old = new Contract(directoryOf(web3Url), abi).interface;
    const data = old.encodeFunctionData('transferOwnership', [world.wallet(5).address]);
    await (await world.ownKey.send('test', async () => ({ to: directoryOf(web3Url), data })))?.mined();
    const next = await storage.add(file(6));
    expect(directoryOf(next.web3Url)).to.not.equal(directoryOf(web3Url));
    expect(await created()).to.equal(2);
    for await (const bytes of storage.read(cid, { offset: 0, length: 5 })) expect(bytes).to.have.length(5);
  });

  describe('named by configuration', () => {
    it('is used, and none is created', async () => {
      const { web3Url } = await (await world.storage(dataDir)).add(file(1));
      const directory = directoryOf(web3Url);
      const other = await world.storage(await world.newFolder(), { directory });
      await other.ping();
      expect(directoryOf((await other.add(file(7))).web3Url)).to.equal(directory);
      expect(await created()).to.equal(1);
    });

    it('is refused when it belongs to another key, or is no directory', async () => {
      const { web3Url } = await (await world.storage(dataDir)).add(file(1));
      const directory = directoryOf(web3Url);
      const foreign = await world.storage(await world.newFolder(), { directory, key: world.key(4) });
      const none = await world.storage(await world.newFolder(), { directory: world.wallet(3).address });
      for (const [storage, why] of [
        [foreign, /belongs to 0xf39F.*PRIVATEKEY to 0x15d3/],
        [none, /is no FlatDirectory on chain 31337/],
      ] as const) {
        for (const work of [() => storage.add(file(1)), () => storage.ping()]) {
          const failure = await rejection(work());
          expect(failure).to.be.instanceOf(EthStorageError).with.property('fault', 'directory');
          expect(failure).to.have.property('retryable', false);
          expect(failure).to.have.property('message').that.matches(why);
        }
      }
      expect(await created()).to.equal(1);
    });
  });

  it('may take blobs on the chains that ethstorage-sdk knows', async () => {
    const { ETHSTORAGE_MAPPING } = await loadSdk();
    expect(Object.keys(ETHSTORAGE_MAPPING).map(Number)).to.have.members([...BLOB_CHAINS]);
    for (const address of Object.values(ETHSTORAGE_MAPPING)) expect(address).to.not.equal(ZeroAddress);
  });
});
