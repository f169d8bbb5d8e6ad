import { AbiCoder, keccak256, toBeHex, Wallet, ZeroAddress } from 'ethers';
import { domainOf } from '../../contracts/signed.ts';
import { packBatch, signVoucher } from '../../contracts/vouchers.ts';
import { PRICE, type World } from './world.ts';

/** A key that signs bills. */
const AUTHORIZER = new Wallet(keccak256('0x01'));

export interface TestChannel {
  id: string;
  viewer: string;
  /** What the viewer's calls name it by: provider, token, authorizer, salt. */
  named: [string, string, string, string];
  /** What anybody's calls name it by. */
  whole: [viewer: string, ...string[]];
}

let salts = 0;

export async function openChannel(world: World, amount: bigint): Promise<TestChannel> {
  const { viewer, provider } = world;
  const named: TestChannel['named'] = [provider, ZeroAddress, AUTHORIZER.address, toBeHex(++salts, 32)];
  await world.act(viewer, 'open', [...named, amount], { value: amount });
  const types = ['address', 'address', 'address', 'address', 'bytes32'];
  const id = keccak256(AbiCoder.defaultAbiCoder().encode(types, [viewer, ...named]));
  return { id, viewer, named, whole: [viewer, ...named] };
}

/** Claims one bill: `units` of each content at the world's price. */
export async function claim(
  world: World,
  { id }: TestChannel,
  { seq, units, contentIds, epoch = 1 }: { seq: number; units: number; contentIds: string[]; epoch?: number },
): Promise<number> {
  const domain = domainOf(world.contract.address, BigInt(String(await world.node.send('eth_chainId'))));
  const items = contentIds.map((contentId) => ({ contentId, units: BigInt(units), unitPrice: PRICE }));
  const bill = { channelId: id, epoch: BigInt(epoch), seq: BigInt(seq), items };
  const { contents, vouchers } = packBatch([await signVoucher(AUTHORIZER, domain, bill)]);
  return await world.act(world.provider, 'claim', [world.provider, ZeroAddress, contents, vouchers]);
}
