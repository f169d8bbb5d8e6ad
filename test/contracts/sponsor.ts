import {
  AbiCoder,
  type ContractTransactionResponse,
  concat,
  keccak256,
  type LogDescription,
  solidityPacked,
} from 'ethers';
import { sponsoredViewsIn } from '../../types/stream-host-events.ts';
import { NATIVE, PRICE, type World } from './world.ts';

/** A view as a sponsor names it; `counter` is its number in the sponsor's lane. */
export interface SponsoredView {
  viewer: string;
  provider: string;
  units: bigint;
  viewTimeSec: bigint;
  counter: bigint;
}

/** What a log tells of a view. */
export interface LoggedView extends SponsoredView {
  ref: string;
  creatorAmount: bigint;
  providerAmount: bigint;
}

export const LANE = 0x7d1f3a6c5b2e4908a1c4d7e6f3b20591n;
/** Before any block of the tests. */
export const VIEW_TIME_SEC = 1_700_001_234n;

export function nonceOf(counter: bigint, lane: bigint = LANE): bigint {
  return (lane << 32n) | counter;
}

export function refOf(contentId: string, { viewer, provider, viewTimeSec }: SponsoredView): string {
  const types = ['bytes32', 'address', 'address', 'uint256'];
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, [contentId, viewer, provider, viewTimeSec]));
}

export function packViews(views: SponsoredView[]): string {
  const types = ['address', 'address', 'uint32', 'uint40', 'uint32'];
  return concat(
    views.map(({ viewer, provider, units, viewTimeSec, counter }) =>
      solidityPacked(types, [viewer, provider, units, viewTimeSec, counter]),
    ),
  );
}

export function group(contentId: string, views: SponsoredView[], unitPrice: bigint = PRICE) {
  return { contentId, unitPrice, views: packViews(views) };
}

/** One unit, watched by the viewer at the provider's. */
export function view(world: World, counter: bigint, changes: Partial<SponsoredView> = {}): SponsoredView {
  const { viewer, provider } = world;
  const viewTimeSec = VIEW_TIME_SEC + counter;
  return { viewer: viewer.address, provider: provider.address, units: 1n, viewTimeSec, counter, ...changes };
}

/** The stranger sponsors these contents in the native coin. */
export async function sponsor(
  { host, stranger }: World,
  contents: ReturnType<typeof group>[],
  amount: bigint,
  lane = LANE,
) {
  return await host.connect(stranger).sponsorViews(NATIVE, amount, lane, contents, { value: amount });
}

/** What the call logged, all by the host. */
export async function events({ host }: World, sent: ContractTransactionResponse): Promise<LogDescription[]> {
  const receipt = await sent.wait();
  const parsed = receipt?.logs.map((log) => host.interface.parseLog(log)) ?? [];
  return parsed.filter((event) => event !== null);
}

/** The views of a `ViewsSponsored` log. */
export function loggedViews(data: string): LoggedView[] {
  return sponsoredViewsIn(data).map((logged) => ({
    ...logged,
    units: BigInt(logged.units),
    viewTimeSec: BigInt(logged.viewTimeSec),
    counter: BigInt(logged.counter),
  }));
}
