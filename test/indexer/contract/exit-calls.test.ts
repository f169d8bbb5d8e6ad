import { expect } from 'chai';
import { BrowserProvider } from 'ethers';
import { CallCheck } from '../../../indexer/contract/calls/call-status.ts';
import {
  calldataOf,
  relayedCalldata,
  toSign,
  type WalletCall,
} from '../../../indexer/contract/calls/wallet-calls.ts';
import { createSignatureCheck } from '../../../indexer/contract/signatures.ts';
import { createProviderRpc } from '../../../indexer/rpc/rpc.ts';
import { type ChannelWorld, leaving, opened } from '../../contracts/channels.ts';
import { ethers, networkHelpers, node } from '../../contracts/world.ts';

const { loadFixture } = networkHelpers;
const CHAIN_ID = 31_337;
const provider = new BrowserProvider(node, CHAIN_ID, { cacheTimeout: -1, staticNetwork: true });
const checkSignature = createSignatureCheck(createProviderRpc(node));
const check = new CallCheck({ provider, chainId: CHAIN_ID, checkSignature });

describe('an exit from a channel', () => {
  after(() => provider.destroy());

  for (const [name, fixture, event, endsAt] of [
    ['initiateWithdraw', opened, 'WithdrawInitiated', true],
    ['cancelWithdraw', leaving, 'WithdrawCancelled', false],
  ] as const) {
    const callOf = ({ channel, hostAddress }: ChannelWorld): WalletCall => {
      const { viewer: account, ...args } = channel;
      return { name, args, account, contract: hostAddress } as WalletCall;
    };

    describe(`${name} for a viewer to sign or send`, () => {
      it('is signed as eth_signTypedData_v4 takes it, and submitted by anybody', async () => {
        const world = await loadFixture(fixture);
        const call = callOf(world);
        const { typed_data } = toSign(call, CHAIN_ID, Math.floor(Date.now() / 1_000));
        const signature = await ethers.provider.send('eth_signTypedData_v4', [
          world.viewer.address,
          typed_data,
        ]);
        const { nonce, deadline } = typed_data.message;
        const authorization = {
          nonce: BigInt(String(nonce)),
          deadlineSec: BigInt(String(deadline)),
          signature,
        };
        expect(await check.signatureOf(call, authorization)).to.equal(signature);
        const data = relayedCalldata(call, authorization);
        await expect(world.stranger.sendTransaction({ to: world.hostAddress, data })).to.emit(
          world.host,
          event,
        );
        expect(await check.isNonceUsed(call, authorization.nonce)).to.equal(true);
      });

      it('is a transaction of the viewer, after which it stands', async () => {
        const world = await loadFixture(fixture);
        const call = callOf(world);
        expect(await check.stands(call)).to.equal(false);
        await world.viewer.sendTransaction({ to: world.hostAddress, data: calldataOf(call) });
        expect(await check.stands(call)).to.equal(true);
        // To end what is not there is a mistake.
        expect(await check.isDone(call)).to.equal(endsAt);
      });
    });
  }
});
