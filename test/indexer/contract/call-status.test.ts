import { expect } from 'chai';
import { type BaseWallet, BrowserProvider, type Signer, Wallet } from 'ethers';
import { CallCheck } from '../../../indexer/contract/calls/call-status.ts';
import { ContractRevert } from '../../../indexer/contract/calls/revert.ts';
import { calldataOf, toSign, type WalletCall } from '../../../indexer/contract/calls/wallet-calls.ts';
import { createSignatureCheck } from '../../../indexer/contract/signatures.ts';
import { unitOf } from '../../../indexer/lib/unit.ts';
import { createProviderRpc } from '../../../indexer/rpc/rpc.ts';
import { SIGNED_CALLS } from '../../contracts/signed.ts';
import {
  contentIdOf,
  ethers,
  networkHelpers,
  newHost,
  node,
  publication,
  published,
  type World,
} from '../../contracts/world.ts';
import { rejection } from '../../rejection.ts';

const { loadFixture } = networkHelpers;
const CHAIN_ID = 31_337;
const provider = new BrowserProvider(node, CHAIN_ID, { cacheTimeout: -1, staticNetwork: true });
const checkSignature = createSignatureCheck(createProviderRpc(node));
/** The contract's arguments as the host names them. */
function asHosts(args: { unit?: unknown; providerShareBps?: unknown }): object {
  const { unit, providerShareBps } = args;
  if (unit === undefined) return args;
  return { ...args, unit: unitOf(Number(unit)), providerShareBps: Number(providerShareBps) };
}

const check = new CallCheck({ provider, chainId: CHAIN_ID, checkSignature });

describe('CallCheck', () => {
  after(() => provider.destroy());

  describe('stands()', () => {
    for (const { name: twin, fixture, values } of SIGNED_CALLS) {
      const name = twin.replace('BySig', '');
      it(`tells whether what ${name} wants is so`, async () => {
        const { host, hostAddress, creator, contentId } = await loadFixture(fixture);
        const args = asHosts(values(contentId));
        const call = { name, account: creator.address, contract: hostAddress, args } as unknown as WalletCall;
        expect(await check.stands(call)).to.equal(false);
        await creator.sendTransaction({ to: host, data: calldataOf(call) });
        expect(await check.stands(call)).to.equal(true);
      });
    }

    it('takes terms that took effect for scheduled, and a retirement for neither terms nor publication', async () => {
      const { host, hostAddress, creator, contentId } = await loadFixture(published);
      const of = { account: creator.address, contract: hostAddress };
      const terms = { pricePerUnit: 5n, providerShareBps: 6, unit: 'view' } as const;
      const schedule: WalletCall = { ...of, name: 'scheduleTerms', args: { contentId, ...terms } };
      await host.connect(creator).scheduleTerms(contentId, 5, 6, 0);
      await networkHelpers.time.increase(40);
      expect(await check.stands(schedule)).to.equal(true);
      await host.connect(creator).retire(contentId);
      expect(await check.stands(schedule)).to.equal(false);
      await networkHelpers.time.increase(40);
      const { cid, token, name, metadata } = publication();
      const publish: WalletCall = { ...of, name: 'publish', args: { ...terms, cid, token, name, metadata } };
      expect(await check.stands(publish)).to.equal(false);
      expect(await check.stands({ ...of, name: 'retire', args: { contentId } })).to.equal(true);
    });

    it('tells no for a content that nobody has published', async () => {
      const { hostAddress, creator, contentId } = await loadFixture(newHost);
      const of = { account: creator.address, contract: hostAddress, args: { contentId } };
      expect(await check.stands({ ...of, name: 'retire' })).to.equal(false);
      expect(await check.stands({ ...of, name: 'cancelTerms' })).to.equal(false);
    });
  });

  describe('signatureOf()', () => {
    const signedBy = async ({ hostAddress }: World, account: string, signer: Signer) => {
      const args = { contentId: contentIdOf(account) };
      const call: WalletCall = { name: 'retire', account, contract: hostAddress, args };
      const { domain, types, message } = toSign(call, CHAIN_ID, 0).typed_data;
      const { EIP712Domain: _, ...own } = types;
      const signature = await signer.signTypedData(domain, own, message);
      const [nonce, deadlineSec] = [BigInt(String(message.nonce)), BigInt(String(message.deadline))];
      return (await check.signatureOf(call, { nonce, deadlineSec, signature })) === signature;
    };

    it('knows a plain key, whatever the case of its address', async () => {
      const world = await loadFixture(newHost);
      const { creator, stranger } = world;
      expect(await signedBy(world, creator.address, creator)).to.equal(true);
      expect(await signedBy(world, creator.address.toLowerCase(), creator)).to.equal(true);
      expect(await signedBy(world, creator.address, stranger)).to.equal(false);
    });

    it('asks the code of a smart wallet (ERC-1271)', async () => {
      const world = await loadFixture(newHost);
      const { creator, stranger } = world;
      const wallet = await (await ethers.deployContract('ContractWallet', [creator])).getAddress();
      expect(await signedBy(world, wallet, creator)).to.equal(true);
      expect(await signedBy(world, wallet, stranger)).to.equal(false);
      const payee = await (await ethers.deployContract('Payee')).getAddress();
      expect(await signedBy(world, payee, creator)).to.equal(false);
    });

    it('knows the key of an account that borrows code without ERC-1271 (EIP-7702)', async () => {
      const world = await loadFixture(newHost);
      const account = await delegated(world, await (await ethers.deployContract('Payee')).getAddress());
      expect(await signedBy(world, account.address, account)).to.equal(true);
      expect(await signedBy(world, account.address, world.creator)).to.equal(false);
    });

    it('takes no bytes for a signature that are none', async () => {
      const { creator, hostAddress, contentId } = await loadFixture(newHost);
      const call: WalletCall = {
        name: 'retire',
        account: creator.address,
        contract: hostAddress,
        args: { contentId },
      };
      const authorization = { nonce: 1n, deadlineSec: 1n, signature: `0x${'ff'.repeat(70)}` };
      expect(await check.signatureOf(call, authorization)).to.equal(null);
    });
  });

  describe('gasOf()', () => {
    it('estimates what the contract accepts, and throws what it refuses', async () => {
      const { creator, hostAddress: to, contentId } = await loadFixture(published);
      const retire: WalletCall = {
        name: 'retire',
        account: creator.address,
        contract: to,
        args: { contentId },
      };
      const gas = await check.gasOf({ from: creator.address, to, data: calldataOf(retire) });
      expect(Number(gas)).to.be.within(40_000, 120_000);
      const cancel: WalletCall = { ...retire, name: 'cancelTerms' };
      const error = await rejection(check.gasOf({ from: creator.address, to, data: calldataOf(cancel) }));
      expect(error).to.be.instanceOf(ContractRevert).and.include({ errorName: 'NothingScheduled' });
    });

    it('throws an unknown refusal where the contract gives no reason', async () => {
      const { creator, hostAddress: to } = await loadFixture(newHost);
      const error = await rejection(check.gasOf({ from: creator.address, to, data: '0x12345678' }));
      expect(error).to.be.instanceOf(ContractRevert).and.include({ errorName: 'UnknownError' });
    });
  });
});

/** An account with a plain key and the code of `implementation`. */
async function delegated({ stranger }: World, implementation: string): Promise<BaseWallet> {
  const account = new Wallet(`0x${'43'.repeat(32)}`, ethers.provider);
  await stranger.sendTransaction({ to: account.address, value: 10n ** 18n });
  const authorization = await account.authorize({ address: implementation, nonce: 1, chainId: CHAIN_ID });
  const sent = { type: 4, to: stranger.address, authorizationList: [authorization] };
  await (await account.sendTransaction(sent)).wait();
  return account;
}
