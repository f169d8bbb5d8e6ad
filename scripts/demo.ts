import { readFileSync } from 'node:fs';
import { Wallet, ZeroAddress } from 'ethers';
import { publicTestAccounts } from '../devchain/accounts.ts';
import { hostsBy } from '../indexer/contract/interface.ts';
import { splitRoundingProviderDown } from '../indexer/lib/money.ts';
import type { StreamHost } from '../types/ethers-contracts/StreamHost.ts';
import { CliError, runScript } from './lib/cli.ts';
import { amountText, NATIVE } from './lib/coins.ts';
import { type DemoHost, demoHost } from './lib/demo-host.ts';
import { expectSame, runShown, say, step } from './lib/narration.ts';
import { openScriptContext, type ScriptContext } from './lib/script-context.ts';

const USAGE = `Usage: npm run demo

Goes the whole circle once with the host that runs here: upload, payment, reports, payout.`;

const VIDEO = 'data/video.mp4';
const STREAM_URL = 'http://localhost:9000/stream';
const PRICE = '0.001';
/** Which of the listings of the video: its creator may also sell it in an ERC-20 token. */
const COIN = { token: ZeroAddress };
const TERMS = { video_name: 'Sample Video', creator_share: 70, provider_share: 30, price: PRICE, ...COIN };
const PROVIDER_SHARE_BPS = 3_000;

/** Who takes part, and where. */
interface Scene {
  context: ScriptContext;
  host: DemoHost;
  creator: Wallet;
  provider: Wallet;
  viewer: Wallet;
}

/** What is for sale. */
interface Video {
  cid: string;
  contentId: string;
  contract: StreamHost;
  price: bigint;
}

await runScript(USAGE, async ({ env }) => {
  using context = await openScriptContext(env);
  const scene = sceneAt(context);
  const video = await publish(scene);
  await serve(scene, video);
  const [creatorBefore, providerBefore] = await credits(scene, video);
  await payAndReport(scene, video);
  await reportUnpaid(scene, video);
  const { creatorAmount, providerAmount } = splitRoundingProviderDown(video.price, PROVIDER_SHARE_BPS);
  const earned = [creatorBefore + 2n * creatorAmount, providerBefore + 2n * providerAmount] as const;
  expectSame('the credits', await credits(scene, video), earned);
  await payNothingTwice(video);
  expectSame('the credits', await credits(scene, video), earned);
  await withdraw(scene, video, earned);
  process.stdout.write('\nThe whole circle, once: every amount was right to the wei.\n');
});

function sceneAt(context: ScriptContext): Scene {
  if (!context.embedded)
    throw new CliError('The demonstration needs the development chain: unset ETH_RPC_URL.');
  const accounts = publicTestAccounts().map(({ privateKey }) => new Wallet(privateKey, context.provider));
  const [, creator, provider, viewer] = accounts;
  if (!creator || !provider || !viewer) throw new CliError('The development chain has no accounts.');
  const { host, port } = context.config;
  return { context, host: demoHost(`http://${host}:${port}`), creator, provider, viewer };
}

async function publish({ host, creator, viewer }: Scene): Promise<Video> {
  step(`The creator ${creator.address} uploads ${VIDEO}`);
  const meta = await host.upload(VIDEO, { ...TERMS, content_creator_wallet: creator.address });
  say(`CID ${meta.cid}`, `on chain as ${meta.content_id}`, `in the contract ${meta.contract}`);
  expectSame('the media', await host.media(meta.cid), new Uint8Array(readFileSync(VIDEO)));
  say(`GET /ipfs/${meta.cid} gives the same bytes back`);
  return {
    cid: meta.cid,
    contentId: meta.content_id,
    contract: hostsBy(viewer)(meta.contract),
    price: BigInt(meta.price_base_units),
  };
}

async function serve({ host, creator, provider }: Scene, { cid }: Video): Promise<void> {
  step(`The provider ${provider.address} registers a stream of it`);
  const listing = { cid, ...TERMS, content_creator_wallet: creator.address };
  await host.register(listing, provider.address, STREAM_URL);
  say(STREAM_URL);
  say('Views that were reported before this demonstration are paid first:');
  await runShown('distribute-earnings.ts', '--cid', cid, '--yes');
}

async function payAndReport(scene: Scene, { cid, contentId, contract, price }: Video): Promise<void> {
  const { host, provider, viewer } = scene;
  step(`A viewer, ${viewer.address}, pays ${PRICE} ETH from a wallet`);
  const payment = await (await contract.payView(contentId, provider, 1, price, { value: price })).wait();
  say(`payView: transaction ${payment?.hash}`);
  const row = await host.row(viewer.address, ({ tx_hash }) => tx_hash === payment?.hash);
  expectSame('the source of the view', row.source, 'direct');
  say(`the history shows it: ${row.timestamp}, source "${row.source}"`);

  step('A client reports that same view');
  const paid = { timestamp: row.timestamp, tx_hash: payment?.hash ?? '' };
  const answer = await host.report({ ...reportOf(scene, cid, viewer.address), ...paid });
  expectSame('what the report links to', answer.linked_to, row.id);
  say('it links to the payment: nobody pays it again');
}

async function reportUnpaid(scene: Scene, { cid, price }: Video): Promise<void> {
  const { host } = scene;
  const guest = Wallet.createRandom().address;
  step(`A client reports a view of ${guest} that nobody paid`);
  const answer = await host.report({ ...reportOf(scene, cid, guest), timestamp: new Date().toISOString() });
  expectSame('whether it is settled', answer.settled, false);
  say(`the history shows it: source "${(await host.row(guest, () => true)).source}"`);

  step('The operator pays for it: npm run distribute-earnings -- --yes');
  await runShown('distribute-earnings.ts', '--cid', cid, '--yes');
  const { amount_base_units } = await host.row(guest, ({ source }) => source === 'sponsored');
  expectSame('the amount sponsored', BigInt(amount_base_units), price);
  expectSame('the number of views', (await host.rows(guest)).length, 1);
}

async function payNothingTwice({ cid }: Video): Promise<void> {
  step('The operator runs it again: nothing is paid twice');
  await runShown('distribute-earnings.ts', '--cid', cid, '--yes');
}

async function withdraw(
  { context, creator, provider }: Scene,
  { contract }: Video,
  earned: readonly bigint[],
) {
  step('Creator and provider withdraw: npm run withdraw -- --wallet ...');
  for (const [index, { address }] of [creator, provider].entries()) {
    const before = await context.provider.getBalance(address);
    await runShown('withdraw.ts', '--wallet', address);
    const credit = earned[index] ?? 0n;
    const [withdrawn] = (await contract.queryFilter(contract.filters.Withdrawn(address))).slice(-1);
    const gas = (await withdrawn?.getTransactionReceipt())?.fee ?? 0n;
    expectSame('the balance', await context.provider.getBalance(address), before + credit - gas);
    say(`that is ${amountText(credit, NATIVE)} more, less the gas`);
  }
}

async function credits(
  { creator, provider }: Scene,
  { contract }: Video,
): Promise<readonly [bigint, bigint]> {
  return [await contract.credits(creator, ZeroAddress), await contract.credits(provider, ZeroAddress)];
}

function reportOf({ creator, provider }: Scene, cid: string, viewer: string) {
  return {
    cid,
    blockchain_address: viewer,
    provider_wallet: provider.address,
    creator_wallet: creator.address,
    price: PRICE,
    ...COIN,
  };
}
