import { expect } from 'chai';
import { BrowserProvider, Wallet, ZeroAddress } from 'ethers';
import { runDeploy } from '../../../deploy/run.ts';
import { ContractRevert } from '../../../indexer/contract/calls/revert.ts';
import type { Publication } from '../../../indexer/contract/calls/wallet-calls.ts';
import type { Impersonator } from '../../../indexer/contract/calls/writer.ts';
import { createImpersonator, NotMined } from '../../../indexer/relay/impersonator.ts';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';
import type { StreamHost } from '../../../types/ethers-contracts/StreamHost.ts';
import { newTestChain, removeTestChains, type TestChain } from '../../devchain/support.ts';
import { rejection } from '../../rejection.ts';

const CREATOR = '0x1111111111111111111111111111111111111111';
const PROVIDER = '0x2222222222222222222222222222222222222222';
const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
const FILM: Publication = {
  cid: CID,
  token: ZeroAddress,
  pricePerUnit: 10n ** 15n,
  providerShareBps: 3_000,
  unit: 'view',
  name: 'A film',
  metadata: '{}',
};

describe('createImpersonator', () => {
  let chain: TestChain;
  let contract: StreamHost;
  let writer: ReturnType<typeof callsBy>;
  let address: string;
  let contentId: string;
  let provider: BrowserProvider;

  beforeEach(async () => {
    chain = await newTestChain();
    const devnet = await chain.start();
    provider = new BrowserProvider(devnet.provider, undefined, { cacheTimeout: -1 });
    const signer = new Wallet(devnet.accounts[0]?.privateKey ?? '', provider);
    const [deployed] = await runDeploy({ signer, network: 'localhost' });
    address = deployed?.address ?? '';
    contract = StreamHost__factory.connect(address, provider);
    contentId = await contract.contentIdOf(CREATOR, ZeroAddress, CID);
    writer = callsBy(createImpersonator({ provider: devnet.provider }), address);
  });
  afterEach(async () => {
    provider.destroy();
    await removeTestChains();
  });

  describe('rejects with the contract’s own error, and sends nothing, when', () => {
    const refusals: [string, () => Promise<unknown>, string, () => object][] = [
      [
        'the price is too large',
        () => writer.publish(CREATOR, { ...FILM, pricePerUnit: 2n ** 72n }),
        'PriceTooLarge',
        () => ({ pricePerUnit: 2n ** 72n }),
      ],
      [
        'the share is over 100 %',
        () => writer.publish(CREATOR, { ...FILM, providerShareBps: 10_001 }),
        'ShareTooLarge',
        () => ({ providerShareBps: 10_001n }),
      ],
      [
        'the content is unknown',
        () => writer.registerStream(PROVIDER, contentId, 'http://a'),
        'ContentUnknown',
        () => ({ contentId }),
      ],
      [
        'there is no stream to update',
        () => writer.updateStream(PROVIDER, contentId, 'http://a'),
        'StreamUnknown',
        () => ({ contentId, provider: PROVIDER }),
      ],
      [
        'there is no stream to deregister',
        () => writer.deregisterStream(PROVIDER, contentId),
        'StreamUnknown',
        () => ({ contentId, provider: PROVIDER }),
      ],
    ];
    for (const [when, write, errorName, args] of refusals) {
      it(when, async () => {
        const error = await rejection(write());
        expect(error).to.be.instanceOf(ContractRevert).and.include({ errorName });
        expect(error).to.have.property('args').that.deep.equals(args());
        expect(await provider.getBlockNumber()).to.equal(1);
      });
    }

    it('the content is published already', async () => {
      await writer.publish(CREATOR, FILM);
      const error = await rejection(writer.publish(CREATOR, FILM));
      expect(error).to.be.instanceOf(ContractRevert).and.include({ errorName: 'ContentExists' });
      expect(error.message).to.equal(`The contract refused: ContentExists(contentId: ${contentId})`);
      expect(await provider.getBlockNumber()).to.equal(2);
    });
  });

  it('says why also when another write came first to the chain', async () => {
    const attempts = await Promise.allSettled([
      writer.publish(CREATOR, FILM),
      writer.publish(CREATOR, FILM),
      writer.publish(CREATOR, FILM),
    ]);
    const refused = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason] : []));
    expect(refused.map(({ errorName }) => errorName)).to.deep.equal(['ContentExists', 'ContentExists']);
  });

  it('passes on a failure that is not the contract’s', async () => {
    await chain.devnet.stop();
    const error = await rejection(writer.publish(CREATOR, FILM));
    expect(error).not.to.be.instanceOf(ContractRevert);
  });

  it('publishes for the creator named, and tells where it is mined', async () => {
    const { txHash, blockNumber } = await writer.publish(CREATOR, FILM);
    const receipt = await provider.getTransactionReceipt(txHash);
    expect(receipt).to.include({ from: CREATOR, status: 1, blockNumber });
    const terms = await contract.termsOf(contentId);
    expect(terms.creator).to.equal(CREATOR);
    expect(terms.pricePerUnit).to.equal(FILM.pricePerUnit);
    expect(terms.providerShareBps).to.equal(3_000n);
  });

  it('registers, updates and deregisters for the provider named', async () => {
    await writer.publish(CREATOR, FILM);
    await writer.registerStream(PROVIDER, contentId, 'http://one.example');
    expect(await contract.streamOf(contentId, PROVIDER)).to.equal('http://one.example');
    await writer.updateStream(PROVIDER, contentId, 'http://two.example');
    expect(await contract.streamOf(contentId, PROVIDER)).to.equal('http://two.example');
    await writer.deregisterStream(PROVIDER, contentId);
    expect(await contract.streamOf(contentId, PROVIDER)).to.equal('');
  });

  it('leaves the wallet’s balance as it is, with and without funds', async () => {
    const funded = chain.devnet.accounts[5]?.address ?? '';
    const before = await provider.getBalance(funded);
    await writer.publish(funded, FILM);
    await writer.publish(CREATOR, FILM);
    expect(await provider.getBalance(funded)).to.equal(before);
    expect(await provider.getBalance(CREATOR)).to.equal(0n);
  });

  it('acts for many wallets at once', async () => {
    const creators = Array.from({ length: 30 }, () => Wallet.createRandom().address);
    const mined = await Promise.all(creators.map((creator) => writer.publish(creator, FILM)));
    expect(new Set(mined.map(({ blockNumber }) => blockNumber))).to.have.length(30);
  });

  it('goes on after a restart of the chain', async () => {
    await writer.publish(CREATOR, FILM);
    const devnet = await chain.restart();
    const again = callsBy(createImpersonator({ provider: devnet.provider }), address);
    const { blockNumber } = await again.registerStream(CREATOR, contentId, 'http://one.example');
    expect(blockNumber).to.equal(3);
  });

  it('names the transaction that no block took up in time', async () => {
    await chain.rpc('evm_setAutomine', false);
    const { provider } = chain.devnet;
    const hasty = callsBy(createImpersonator({ provider, timeoutMs: 1 }), address);
    const error = await rejection(hasty.publish(CREATOR, FILM));
    expect(error).to.be.instanceOf(NotMined);
    const [pending] = await chain.rpc<{ hash: string }[]>('eth_pendingTransactions');
    expect(error).to.include({ txHash: pending?.hash });
  });

  it('waits for the block where mining was switched off', async () => {
    await chain.rpc('evm_setAutomine', false);
    const publishing = writer.publish(CREATOR, FILM);
    while ((await chain.rpc<unknown[]>('eth_pendingTransactions')).length === 0);
    await chain.rpc('evm_mine');
    expect(await publishing).to.include({ blockNumber: 2 });
  });
});

function callsBy(impersonator: Impersonator, contract: string) {
  return {
    publish: (account: string, args: Publication) =>
      impersonator({ name: 'publish', account, contract, args }),
    registerStream: (account: string, contentId: string, url: string) =>
      impersonator({ name: 'registerStream', account, contract, args: { contentId, url } }),
    updateStream: (account: string, contentId: string, url: string) =>
      impersonator({ name: 'updateStream', account, contract, args: { contentId, url } }),
    deregisterStream: (account: string, contentId: string) =>
      impersonator({ name: 'deregisterStream', account, contract, args: { contentId } }),
  };
}
