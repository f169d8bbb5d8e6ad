import { Contract, hexlify, randomBytes, type Signer } from 'ethers';
import { type Deployment, domainOf, typesOf } from '../typed-data.ts';
import { CHANNEL_ABI, type ChannelParts, partsOf, valuesOf } from './facts.ts';
import { type Relay, relayExit } from './relay.ts';

const GOOD_FOR_SEC = 600;
const INITIATE_WITHDRAW = typesOf({
  InitiateWithdraw:
    'address viewer,address provider,address token,address authorizer,bytes32 salt,uint256 nonce,uint256 deadline',
});

/** What leaving a channel takes, from any device: its key is not needed. */
export interface LeftChannel extends Deployment, ChannelParts {
  channelId: string;
}

/** Asks for the deposit by the wallet's transaction; the provider can claim until the delay is over. */
export async function leaveByWallet(wallet: Signer, record: LeftChannel): Promise<void> {
  const [, ...rest] = valuesOf(record);
  const host = new Contract(record.contract, CHANNEL_ABI, wallet);
  await (await host.getFunction('initiateWithdraw')(...rest)).wait();
}

/** The same by one signature, which a host sends. */
export async function leaveByRelay(wallet: Signer, record: LeftChannel, relay: Relay): Promise<void> {
  const nonce = BigInt(hexlify(randomBytes(32)));
  const deadline = BigInt(Math.floor(Date.now() / 1000) + GOOD_FOR_SEC);
  const message = { ...partsOf(record), nonce, deadline };
  const signature = await wallet.signTypedData(domainOf(record), INITIATE_WITHDRAW, message);
  const { channelId, contract } = record;
  const signed = { contract, nonce: String(nonce), deadline: String(deadline), signature };
  await relayExit(relay, channelId, signed);
}

/** After the delay: what is left goes to the viewer, in one transaction. */
export async function collectByWallet(
  wallet: Signer,
  record: LeftChannel,
  isLeaving: boolean,
): Promise<void> {
  const host = new Contract(record.contract, CHANNEL_ABI, wallet);
  const payout = host.interface.encodeFunctionData('withdrawFor', [record.viewer, record.token]);
  const end = host.interface.encodeFunctionData('finalizeWithdraw', [valuesOf(record)]);
  await (await host.getFunction('multicall')(isLeaving ? [end, payout] : [payout])).wait();
}
