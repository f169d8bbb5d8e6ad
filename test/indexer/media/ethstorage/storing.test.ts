import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { AbiCoder, hexlify, toUtf8Bytes } from 'ethers';
import { FlatDirectory } from 'ethstorage-sdk';
import { EthStorageError } from '../../../../indexer/media/ethstorage/errors.ts';
import type { MediaStorage } from '../../../../indexer/media/storage.ts';
import { MediaNotFound, MediaTooLarge } from '../../../../indexer/media/storage.ts';
import type { Rpc } from '../../../../indexer/rpc/rpc.ts';
import { rejection } from '../../../rejection.ts';
import { bytesOf, CHUNK, collect, file } from '../content.ts';
import { CHUNK_BYTES, directoryOf, type EthStorageWorld, ethStorageWorld } from './world.ts';

/** Five chunks. */
const SIZE = 100_000;
const READ_CHUNK = '0x1a7237e0';

describe('files on EthStorage', () => {
  let world: EthStorageWorld;
  let dataDir: string;
  let storage: MediaStorage;
  let directory: string;

  before(async () => {
    world = await ethStorageWorld();
    const first = await world.storage(await world.newFolder());
    directory = directoryOf((await first.add(file(1))).web3Url);
  });
  after(() => world.close());
  beforeEach(async () => {
    dataDir = await world.newFolder();
    storage = await world.storage(dataDir, { directory });
  });

  const whole = async (cid: string, size: number, from = storage) =>
    collect(from.read(cid, { offset: 0, length: size }));
  const nothingSent = { gas: 0n, transactions: 0 };

  it('stand in the directory under their CIDs, for anybody with a web3:// URL', async () => {
    const { cid, sizeBytes, web3Url } = await storage.add(file(SIZE));
    expect(sizeBytes).to.equal(SIZE);
    expect(web3Url).to.equal(`web3://${directory}:31337/${cid}`);
    const to = directoryOf(web3Url);
    const data = hexlify(toUtf8Bytes(`/${cid}`)); // as ERC-4804 resolves it in manual mode
    const answer = await world.chain.call('eth_call', { to, data }, 'latest');
    const [bytes] = AbiCoder.defaultAbiCoder().decode(['bytes'], String(answer));
    expect(bytes).to.equal(hexlify(bytesOf(0, SIZE)));
  });

  it('are what ethstorage-sdk itself downloads', async () => {
    const { cid } = await storage.add(file(SIZE));
    const sdk = await FlatDirectory.create({ ethStorageRpc: world.url, address: directory });
    const chunks: Uint8Array[] = [];
    const done = Promise.withResolvers<void>();
    await sdk.download(cid, {
      onProgress: (_index, _count, chunk) => void chunks.push(chunk),
      onFail: done.reject,
      onFinish: done.resolve,
    });
    await done.promise;
    await sdk.close();
    expect(Buffer.concat(chunks).equals(bytesOf(0, SIZE))).to.equal(true);
  });

  it('cost a transaction a chunk, and nothing when they come again, to whichever process', async () => {
    const size = 2 * CHUNK_BYTES + 77;
    const first = await world.spentDuring(() => storage.add(file(size)));
    expect(first.transactions).to.equal(3);
    expect(Number(first.gas)).to.be.within(10_000_000, 11_500_000);
    const other = await world.storage(await world.newFolder(), { directory });
    for (const again of [storage, other]) {
      expect(await world.spentDuring(() => again.add(file(size, 1_000)))).to.deep.equal(nothingSent);
    }
  });

  it('of several IPFS blocks are read by range, asking only for the chunks that hold it', async () => {
    const size = CHUNK + 30_000;
    const asked: Rpc['batch'][] = [];
    const contents: Rpc = {
      batch(calls, options) {
        const isChunk = JSON.stringify(calls).includes(READ_CHUNK);
        if (isChunk) asked.push(world.chain.rpc.batch);
        return world.chain.rpc.batch(calls, options);
      },
    };
    const counted = await world.storage(await world.newFolder(), { directory, contents });
    const { cid } = await counted.add(file(size));
    const ranges: [offset: number, length: number, chunks: number][] = [
      [5 * CHUNK_BYTES, 10, 1],
      [2 * CHUNK_BYTES - 1, 2, 2],
      [CHUNK - 5_000, 10_000, 2],
      [size - 1, 1, 1],
    ];
    for (const [offset, length, chunks] of ranges) {
      asked.length = 0;
      const bytes = await collect(counted.read(cid, { offset, length }));
      expect(bytes.equals(bytesOf(offset, length)), `${offset}+${length}`).to.equal(true);
      expect(asked).to.have.length(chunks);
    }
  });

  it('larger than the limit are refused, and nothing of them stays', async () => {
    const small = await world.storage(dataDir, { directory, maxBytes: SIZE - 1 });
    const failure = await rejection(small.add(file(SIZE)));
    expect(failure)
      .to.be.instanceOf(MediaTooLarge)
      .with.property('maxBytes', SIZE - 1);
    expect(await readdir(join(dataDir, '31337', 'staged'))).to.deep.equal([]);
  });

  it('whose bytes on chain do not match the CID are not served, until they come again', async () => {
    const size = CHUNK_BYTES + 500;
    const { cid } = await storage.add(file(size));
    const call = world.directory(directory).writeByCalldata(cid, 1, new Uint8Array(500));
    await (await world.ownKey.send('test', async () => call))?.mined();
    const failure = await rejection(whole(cid, size));
    expect(failure).to.be.instanceOf(EthStorageError).with.property('fault', 'damaged');
    expect(failure).to.have.property('retryable', false);
    const { transactions } = await world.spentDuring(() => storage.add(file(size)));
    expect(transactions).to.equal(1);
    expect((await whole(cid, size)).equals(bytesOf(0, size))).to.equal(true);
  });

  it('replace what is longer under the same CID', async () => {
    const { cid } = await storage.add(file(700));
    const call = world.directory(directory).writeByCalldata(cid, 1, new Uint8Array(9));
    await (await world.ownKey.send('test', async () => call))?.mined();
    await storage.add(file(700));
    const { sizeBytes, chunks } = await world.directory(directory).entry(cid);
    expect({ sizeBytes, chunks }).to.deep.equal({ sizeBytes: 700, chunks: 1 });
  });

  it('are gone from the directory when they are removed', async () => {
    const { cid } = await storage.add(file(2 * CHUNK_BYTES));
    await storage.remove(cid);
    expect(await world.directory(directory).entry(cid)).to.deep.include({
      mode: null,
      sizeBytes: 0,
      chunks: 0,
    });
    expect(await rejection(whole(cid, 1))).to.be.instanceOf(MediaNotFound);
    expect(await world.spentDuring(() => storage.remove(cid))).to.deep.equal(nothingSent);
  });

  describe('that this host has no record of', () => {
    const size = CHUNK_BYTES + 4_321;
    const isWanted = async () => true;

    it('are found again in the directory when they are wanted, by reading all of them once', async () => {
      const { cid } = await storage.add(file(size));
      const other = await world.storage(await world.newFolder(), { directory, isWanted });
      expect(await other.stat(cid)).to.deep.equal({ kind: 'file', sizeBytes: size });
      expect((await whole(cid, size, other)).equals(bytesOf(0, size))).to.equal(true);
      const unasked = await world.storage(await world.newFolder(), { directory });
      expect(await unasked.stat(cid)).to.equal(null);
    });

    it('are not here while a part of them is missing', async () => {
      const { cid } = await storage.add(file(size));
      const call = world.directory(directory).truncate(cid, 1);
      await (await world.ownKey.send('test', async () => call))?.mined();
      const other = await world.storage(await world.newFolder(), { directory, isWanted });
      expect(await other.stat(cid)).to.equal(null);
      await other.add(file(size));
      expect(await other.stat(cid)).to.deep.equal({ kind: 'file', sizeBytes: size });
    });
  });

  it('are forgotten when their chain is another one', async () => {
    const { cid } = await storage.add(file(900));
    await storage.close();
    const elsewhere = await ethStorageWorld();
    try {
      const reopened = await elsewhere.storage(dataDir);
      expect(await reopened.stat(cid)).to.equal(null);
      expect(elsewhere.messages).to.deep.equal([
        `EthStorage: forgot 1 files of ${directory}, which is not on this chain`,
      ]);
    } finally {
      await elsewhere.close();
    }
  });

  it('are told in full while the chain does not answer, as an error worth trying again', async () => {
    const { cid } = await storage.add(file(900));
    const contents: Rpc = { batch: () => Promise.reject(new Error('connection lost')) };
    const cut = await world.storage(dataDir, { directory, contents });
    const failure = await rejection(whole(cid, 900, cut));
    expect(failure).to.be.instanceOf(EthStorageError).with.property('fault', 'unreachable');
    expect(failure).to.have.property('retryable', true);
    expect(failure).to.have.nested.property('cause.message', 'connection lost');
    expect(await rejection(cut.ping())).to.be.instanceOf(EthStorageError);
    await rm(dataDir, { recursive: true });
  });
});
