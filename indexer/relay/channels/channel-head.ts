import { Contract, id, type JsonRpcApiProvider, type Log, zeroPadValue } from 'ethers';
import type { StreamHost } from '../../../types/ethers-contracts/StreamHost.ts';
import { hostsBy } from '../../contract/interface.ts';
import type { Channel } from './channel.ts';

export interface ChannelState {
  /** Base units. */
  deposit: bigint;
  isOpen: boolean;
  /** Whether the viewer has asked for the deposit. */
  isLeaving: boolean;
}

const EIP_3009 = ['function authorizationState(address authorizer, bytes32 nonce) view returns (bool)'];

const AUTHORIZATION_USED = id('AuthorizationUsed(address,bytes32)');

/** What the chain's head says of channels. */
export class ChannelHead {
  readonly #provider: JsonRpcApiProvider;
  readonly #at: (address: string) => StreamHost;

  /** @param provider made with `cacheTimeout: -1`. */
  constructor(provider: JsonRpcApiProvider) {
    this.#provider = provider;
    this.#at = hostsBy(provider);
  }

  async stateOf(contract: string, channel: Channel): Promise<ChannelState> {
    const { deposit, epoch, withdrawableAtSec } = await this.#at(contract).channelOf(channel);
    return { deposit, isOpen: epoch > 0n, isLeaving: withdrawableAtSec > 0n };
  }

  /** What the contract owes the viewer beside its channels, in the channel's coin; base units. */
  async creditOf(contract: string, { viewer, token }: Channel): Promise<bigint> {
    return await this.#at(contract).credits(viewer, token);
  }

  /** Whether a token's authorisation is used, or cancelled. */
  async isAuthorizationUsed({ viewer, token }: Channel, nonce: string): Promise<boolean> {
    const coin = new Contract(token, EIP_3009, this.#provider);
    return await coin.getFunction('authorizationState')(viewer, nonce);
  }

  /** Whether a transaction is the one that used a token's authorisation. */
  async isUsedBy(txHash: string, { viewer, token }: Channel, nonce: string): Promise<boolean> {
    const receipt = await this.#provider.getTransactionReceipt(txHash);
    const topics = [AUTHORIZATION_USED, zeroPadValue(viewer, 32), nonce].join().toLowerCase();
    const isIt = (log: Log) =>
      log.address.toLowerCase() === token.toLowerCase() && log.topics.join().toLowerCase() === topics;
    return receipt?.logs.some(isIt) ?? false;
  }
}
