import { type ContractTransactionResponse, id, type Signer, Wallet, ZeroHash } from 'ethers';
import { claim, ofViewer, sign, unopened } from './channels.ts';
import { signExit } from './exits.ts';
import { domainOf, SIGNED_CALLS, typedData } from './signed.ts';
import { group, LANE, type SponsoredView, VIEW_TIME_SEC } from './sponsor.ts';
import {
  CID,
  contentIdOf,
  ethers,
  NATIVE,
  NOTICE_SEC,
  networkHelpers,
  newHostAtFixedAddress,
  PRICE,
  publication,
  URL,
  WITHDRAW_DELAY_SEC,
  type World,
} from './world.ts';

type Measure = (name: string, sent: Promise<ContractTransactionResponse>) => Promise<void>;

const BATCH = 100;
const DEADLINE = 2n ** 64n;

/**
 * Gas of every entry point beside so many rows of others: contents with a scheduled change, streams of the same
 * content, credits, nonces, channels with the same provider. Always of the same contract at the same address, so that calldata costs the same.
 */
export async function gasOfEntryPoints(foreignRows: number): Promise<Record<string, number>> {
  const world = await networkHelpers.loadFixture(newHostAtFixedAddress);
  const { host, creator, provider, viewer, stranger, contentId } = world;
  await host.connect(creator).publish(publication());
  await growForeignRows(world, foreignRows);
  const as = (signer: Signer) => host.connect(signer);
  const measured: Record<string, number> = {};
  const measure: Measure = async (name, sent) => {
    measured[name] = Number((await (await sent).wait())?.gasUsed);
  };

  await measure('registerStream', as(provider).registerStream(contentId, URL));
  await measure('updateStream', as(provider).updateStream(contentId, `${URL}?2`));
  await measure('payView', as(viewer).payView(contentId, provider, 1, PRICE, { value: PRICE }));
  const view = { viewer: viewer.address, provider: provider.address, units: 1n, viewTimeSec: VIEW_TIME_SEC };
  const contents = [group(contentId, [{ ...view, counter: 0n }])];
  const amount = PRICE + 1n;
  await measure('sponsorViews', as(viewer).sponsorViews(NATIVE, amount, LANE, contents, { value: amount }));
  await measure('withdraw', as(provider).withdraw(NATIVE));
  await measure('withdrawFor', as(provider).withdrawFor(creator, NATIVE));
  await measure('withdrawTo', as(viewer).withdrawTo(NATIVE, stranger));
  await measure('deregisterStream', as(provider).deregisterStream(contentId));
  await measure('scheduleTerms', as(creator).scheduleTerms(contentId, 5, 6, 1));
  await measure('cancelTerms', as(creator).cancelTerms(contentId));
  await measure('retire', as(creator).retire(contentId));
  await networkHelpers.time.increase(NOTICE_SEC + WITHDRAW_DELAY_SEC);
  await measure('publish again', as(creator).publish(publication()));
  await networkHelpers.time.increase(NOTICE_SEC);
  await measure('publish', as(provider).publish(publication()));
  await measureChannels(world, measure);
  await measureExits(world, measure);
  await measure('invalidateNonces', as(creator).invalidateNonces(0, 2));
  const [signed] = await registrations(world, [new Wallet(id('one more provider'))]);
  if (!signed) throw new Error('nothing was signed');
  await measure('registerStreamBySig', as(stranger).registerStreamBySig(...signed));
  return measured;
}

/** From an open channel to its end, twice; the content is the creator's, published again. */
async function measureChannels(world: World, measure: Measure): Promise<void> {
  const channelWorld = await unopened(world);
  const { host, provider, viewer, stranger, channel } = channelWorld;
  const [asViewer, asProvider] = [host.connect(viewer), host.connect(provider)];
  const value = { value: 9n * PRICE };
  await measure('open', asViewer.open(...ofViewer(channel), value.value, value));
  await measure('deposit', asViewer.deposit(channel, value.value, value));
  await measure('claim', claim(channelWorld, [await sign(channelWorld)]));
  await measure('setClaimDelegate', asProvider.setClaimDelegate(stranger));
  await measure('initiateWithdraw', asViewer.initiateWithdraw(...ofViewer(channel)));
  await measure('cancelWithdraw', asViewer.cancelWithdraw(...ofViewer(channel)));
  await asViewer.initiateWithdraw(...ofViewer(channel));
  await networkHelpers.time.increase(WITHDRAW_DELAY_SEC);
  await measure('finalizeWithdraw', asViewer.finalizeWithdraw(channel));
  await measure('deposit again', asViewer.deposit(channel, value.value, value));
  await measure('release', asProvider.release(channel));
}

/** Out of another channel by signature, and back. */
async function measureExits(world: World, measure: Measure): Promise<void> {
  const channelWorld = await unopened(world);
  const { host, viewer, stranger } = channelWorld;
  const channel = { ...channelWorld.channel, salt: ZeroHash };
  const theirs = { ...channelWorld, channel };
  await host.connect(viewer).open(...ofViewer(channel), PRICE, { value: PRICE });
  const as = host.connect(stranger);
  const leave = await signExit(theirs, 'InitiateWithdraw', 1n, DEADLINE);
  await measure('initiateWithdrawBySig', as.initiateWithdrawBySig(channel, ...leave));
  const stay = await signExit(theirs, 'CancelWithdraw', 2n, DEADLINE);
  await measure('cancelWithdrawBySig', as.cancelWithdrawBySig(channel, ...stay));
  await measure('permit', as.permit(NATIVE, 1, DEADLINE, 27, ZeroHash, ZeroHash));
}

async function growForeignRows(world: World, count: number): Promise<void> {
  const { host, stranger, provider, contentId } = world;
  const providers = Array.from({ length: count }, (_, index) => new Wallet(id(`provider ${index}`)));
  const encode = host.interface.encodeFunctionData.bind(host.interface);
  const foreignContents = providers.flatMap((_, index) => {
    const cid = `${CID}${index}`;
    const foreignId = contentIdOf(stranger.address, NATIVE, cid);
    return [encode('publish', [publication({ cid })]), encode('scheduleTerms', [foreignId, 5, 6, 1])];
  });
  const streams = await registrations(world, providers);
  const calls = [...foreignContents, ...streams.map((args) => encode('registerStreamBySig', args))];
  for (let start = 0; start < calls.length; start += BATCH) {
    await host.connect(stranger).multicall(calls.slice(start, start + BATCH));
  }
  const views = providers.map(({ address }, index): SponsoredView => {
    const counter = BigInt(index);
    return { viewer: stranger.address, provider: address, units: 1n, viewTimeSec: VIEW_TIME_SEC, counter };
  });
  for (let start = 0; start < count; start += BATCH) {
    const batch = views.slice(start, start + BATCH);
    const amount = BigInt(batch.length) * PRICE;
    await host
      .connect(stranger)
      .sponsorViews(NATIVE, amount, LANE, [group(contentId, batch)], { value: amount });
  }
  for (const { address } of providers) {
    await host.connect(stranger).open(provider, NATIVE, address, ZeroHash, 1, { value: 1 });
  }
}

type Registration = [
  account: string,
  contentId: string,
  url: string,
  nonce: bigint,
  deadline: bigint,
  signature: string,
];

/** A stream of the content by each of these providers, signed. */
async function registrations(
  { hostAddress, contentId }: World,
  providers: Wallet[],
): Promise<Registration[]> {
  const call = SIGNED_CALLS.find(({ name }) => name === 'registerStreamBySig');
  if (!call) throw new Error('registerStreamBySig is not among the signed calls');
  const { chainId } = await ethers.provider.getNetwork();
  const url = String(call.values(contentId).url);
  return await Promise.all(
    providers.map(async (wallet): Promise<Registration> => {
      const { types, message } = typedData(call, contentId, wallet.address, 1n, DEADLINE);
      const signature = await wallet.signTypedData(domainOf(hostAddress, chainId), types, message);
      return [wallet.address, contentId, url, 1n, DEADLINE, signature];
    }),
  );
}
