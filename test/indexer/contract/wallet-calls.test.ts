import { expect } from 'chai';
import { TypedDataEncoder } from 'ethers';
import {
  digestOf,
  relayedCalldata,
  type ToSign,
  toSign,
  typedDataOf,
  type WalletCall,
} from '../../../indexer/contract/calls/wallet-calls.ts';
import { unitOf } from '../../../indexer/lib/unit.ts';
import { domainOf, SIGNED_CALLS, type SignedCall, typedData } from '../../contracts/signed.ts';
import { ethers, networkHelpers, type World } from '../../contracts/world.ts';

const { loadFixture } = networkHelpers;
const CHAIN_ID = 31_337;
const UNTIL = { nonce: 7n, deadlineSec: 2n ** 40n };

for (const signed of SIGNED_CALLS) {
  const name = signed.name.replace('BySig', '');

  describe(`${name} for a wallet to sign or send`, () => {
    it('is signed as eth_signTypedData_v4 takes it, and submitted by anybody', async () => {
      const world = await loadFixture(signed.fixture);
      const { typed_data } = fresh(signed, world);
      const { creator, stranger, host } = world;
      const signature = await ethers.provider.send('eth_signTypedData_v4', [creator.address, typed_data]);
      const { nonce, deadline } = typed_data.message;
      const authorization = {
        nonce: BigInt(String(nonce)),
        deadlineSec: BigInt(String(deadline)),
        signature,
      };
      const data = relayedCalldata(callOf(signed, world), authorization);
      await expect(stranger.sendTransaction({ to: world.hostAddress, data })).to.emit(host, signed.event);
    });

    it('is a transaction of the wallet with the same effect', async () => {
      const world = await loadFixture(signed.fixture);
      const { chain_id: chainId, ...transaction } = fresh(signed, world).transaction;
      const sent = world.creator.sendTransaction({ ...transaction, chainId });
      await expect(sent).to.emit(world.host, signed.event);
    });

    it('has the digest that the contract computes', async () => {
      const world = await loadFixture(signed.fixture);
      const { creator, contentId, hostAddress } = world;
      const { nonce, deadlineSec } = UNTIL;
      const { types, message } = typedData(signed, contentId, creator.address, nonce, deadlineSec);
      expect(digestOf(callOf(signed, world), CHAIN_ID, UNTIL)).to.equal(
        TypedDataEncoder.hash(domainOf(hostAddress, 31_337n), types, message),
      );
    });

    it('shows every integer of the message as decimal text', async () => {
      const { message } = typedDataOf(callOf(signed, await loadFixture(signed.fixture)), CHAIN_ID, UNTIL);
      expect(message).to.include({ nonce: '7', deadline: '1099511627776' });
      expect(JSON.parse(JSON.stringify(message))).to.deep.equal(message);
    });
  });
}

describe('toSign()', () => {
  it('binds the signature to the contract and the chain', async () => {
    const [signed] = SIGNED_CALLS;
    if (!signed) throw new Error('there are no signed calls');
    const world = await loadFixture(signed.fixture);
    const verifyingContract = world.hostAddress.toLowerCase();
    const { domain } = toSign(callOf(signed, world), 11_155_111, 0).typed_data;
    expect(domain).to.deep.equal({
      name: 'StreamHost',
      version: '1',
      chainId: 11_155_111,
      verifyingContract,
    });
  });

  it('draws a nonce of its own for each call and gives an hour', async () => {
    const [signed] = SIGNED_CALLS;
    if (!signed) throw new Error('there are no signed calls');
    const world = await loadFixture(signed.fixture);
    const call = callOf(signed, world);
    const messages = [1, 2, 3].map(() => toSign(call, CHAIN_ID, 1_000).typed_data.message);
    expect(new Set(messages.map(({ nonce }) => nonce)).size).to.equal(3);
    expect(messages.map(({ deadline }) => deadline)).to.deep.equal(['4600', '4600', '4600']);
  });
});

function callOf({ name, values }: SignedCall, { creator, contentId, hostAddress }: World): WalletCall {
  const onChain = values(contentId);
  const args = 'unit' in onChain ? { ...onChain, unit: unitOf(onChain.unit as bigint) } : onChain;
  const call = { name: name.replace('BySig', ''), account: creator.address, contract: hostAddress, args };
  return call as unknown as WalletCall;
}

function fresh(signed: SignedCall, world: World): ToSign {
  return toSign(callOf(signed, world), CHAIN_ID, Math.floor(Date.now() / 1000));
}
