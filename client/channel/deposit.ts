import { AbiCoder, Contract, hexlify, keccak256, randomBytes, type Signer, ZeroAddress } from 'ethers';
import { ClientError } from '../errors.ts';
import type { ChannelRecord } from '../money/channel-record.ts';
import { typesOf } from '../typed-data.ts';
import { CHANNEL_ABI, partsOf, valuesOf } from './facts.ts';
import { deadlineSec, type Relay, relayed, tokenDomain } from './relay.ts';

const ERC20 = [
  'function allowance(address,address) view returns (uint256)',
  'function approve(address,uint256)',
];
const RECEIVE_WITH_AUTHORIZATION = typesOf({
  ReceiveWithAuthorization:
    'address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce',
});

/**
 * Puts base units into a channel by the wallet's transaction, and opens it where it is not; answers when it is mined. A
 * token takes an approval before, where there is none.
 */
export async function depositByWallet(wallet: Signer, record: ChannelRecord, amount: bigint): Promise<void> {
  const chainId = Number((await wallet.provider?.getNetwork())?.chainId ?? record.chainId);
  if (chainId !== record.chainId) {
    throw new ClientError(
      'chain_differs',
      `The wallet is on chain ${chainId}, the listing on ${record.chainId}.`,
    );
  }
  const { token } = record;
  const [, ...rest] = valuesOf(record);
  const isNative = token === ZeroAddress;
  if (!isNative) {
    const coin = new Contract(token, ERC20, wallet);
    const allowed: bigint = await coin.getFunction('allowance')(record.viewer, record.contract);
    if (allowed < amount) await (await coin.getFunction('approve')(record.contract, amount)).wait();
  }
  const host = new Contract(record.contract, CHANNEL_ABI, wallet);
  const value = isNative ? { value: amount } : {};
  const sent = record.isOpen
    ? await host.getFunction('deposit')(valuesOf(record), amount, value)
    : await host.getFunction('open')(...rest, amount, value);
  await sent.wait();
}

/**
 * The same by one signature of the wallet, in a token that takes such (EIP-3009): the host sends it and pays the gas.
 * @throws {SellerRefused} deposit_too_small, relay_budget and so on are its `problem`
 */
export async function depositByRelay(
  wallet: Signer,
  record: ChannelRecord,
  amount: bigint,
  relay: Relay,
): Promise<void> {
  const asked = { ...partsOf(record), amount: String(amount) };
  const salt = hexlify(randomBytes(32));
  const terms = { validAfter: 0, validBefore: deadlineSec() };
  // Only what the token calls itself is taken from the host: with another name the signature is good for nothing.
  const { name, version } = await tokenDomain(relay, asked);
  const domain = { name, version, chainId: record.chainId, verifyingContract: record.token };
  const nonce = keccak256(
    AbiCoder.defaultAbiCoder().encode(['bytes32', 'bytes32'], [record.channelId, salt]),
  );
  const message = { from: record.viewer, to: record.contract, value: amount, ...terms, nonce };
  const signature = await wallet.signTypedData(domain, RECEIVE_WITH_AUTHORIZATION, message);
  await relayed(relay, '/channels', {
    ...asked,
    valid_after: String(terms.validAfter),
    valid_before: String(terms.validBefore),
    authorization_salt: salt,
    signature,
  });
}

/** The id of a channel, as the contract computes it. */
export function channelIdOf(parts: ReturnType<typeof partsOf>): string {
  const types = ['address', 'address', 'address', 'address', 'bytes32'];
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, valuesOf(parts)));
}
