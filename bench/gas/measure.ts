import { concat, getAddress, id, solidityPacked, ZeroAddress } from 'ethers';
import hre from 'hardhat';
import type { StreamHost } from '../../types/ethers-contracts/index.ts';
import { measureClaims } from './claims.ts';
import { gasOf } from './receipt.ts';

type Connection = Awaited<ReturnType<typeof hre.network.create>>;
type Signer = Awaited<ReturnType<Connection['ethers']['getSigners']>>[number];

const PRICE = 10n ** 15n;
const SHARE_BPS = 3_000n;
const CONTENTS = 20;
const PROVIDERS = 5;
const CLAIMED_CONTENTS = 50;
/** As wide as the lanes that the service draws. */
const LANE = BigInt(id('lane')) >> 128n;
/** Before any block. */
const VIEW_TIME_SEC = 1_700_001_234;
const WORD = 256;

/**
 * Gas of whole receipts. Sponsored views are the dearest kind: every content has another creator and is served by
 * all five providers, and the word of nonces is a fresh one; only the credits are non-zero before.
 */
export async function measureGas() {
  await hre.tasks.getTask('build').run({ quiet: true, noTests: true });
  const connection = await hre.network.create();
  try {
    const { ethers } = connection;
    const signers = await ethers.getSigners();
    const host = await ethers.deployContract('StreamHost', [20, 10]);
    const direct = await directPayments(host, signers);
    const sponsored = { 'sponsorViews.100.perRecord': await sponsoredViews(host, signers) };
    const { chainId } = await ethers.provider.getNetwork();
    return { ...direct, ...sponsored, ...(await claims(host, chainId, signers)) };
  } finally {
    await connection.close();
  }
}

async function directPayments(host: StreamHost, signers: Signer[]) {
  const [, creator, provider, viewer] = signers;
  if (!creator || !provider || !viewer) throw new Error('the chain has too few accounts');
  const contentId = await publish(host, creator, 'one film');
  await host.connect(provider).registerStream(contentId, 'https://provider.example/streams/one.m3u8');
  const pay = () => host.connect(viewer).payView(contentId, provider, 1, PRICE, { value: PRICE });
  return {
    'payView.first': await gasOf(pay()),
    'payView.later': await gasOf(pay()),
    withdraw: await gasOf(host.connect(provider).withdraw(ZeroAddress)),
  };
}

async function sponsoredViews(host: StreamHost, signers: Signer[]): Promise<number> {
  const contentIds = await publishAll(host, signers, CONTENTS, 'film');
  const records = CONTENTS * PROVIDERS;
  const amount = BigInt(records) * PRICE;
  const sponsor = (firstCounter: number) => {
    const contents = contentIds.map((contentId, index) => ({
      contentId,
      unitPrice: PRICE,
      views: packedViews(firstCounter + index * PROVIDERS),
    }));
    return host.sponsorViews(ZeroAddress, amount, LANE, contents, { value: amount });
  };
  await sponsor(0);
  return (await gasOf(sponsor(WORD))) / records;
}

/** Vouchers in 100 channels of 19 viewers, over 50 contents of 20 creators. */
async function claims(host: StreamHost, chainId: bigint, signers: Signer[]) {
  const contentIds = await publishAll(host, signers, CLAIMED_CONTENTS, 'episode');
  const [provider, ...viewers] = signers;
  if (!provider) throw new Error('the chain has too few accounts');
  const verifyingContract = await host.getAddress();
  const domain = { name: 'StreamHost', version: '1', chainId, verifyingContract };
  return await measureClaims({ host, domain, provider, viewers, contentIds, unitPrice: PRICE });
}

/** One view by each provider, of another viewer each. */
function packedViews(firstCounter: number): string {
  const types = ['address', 'address', 'uint32', 'uint40', 'uint32'];
  const views = Array.from({ length: PROVIDERS }, (_, index) => {
    const counter = firstCounter + index;
    const [viewer, provider] = [someAddress(`viewer ${counter}`), someAddress(`provider ${index}`)];
    return solidityPacked(types, [viewer, provider, 1, VIEW_TIME_SEC + 61 * counter, counter]);
  });
  return concat(views);
}

/** The accounts are creators in turn. */
async function publishAll(host: StreamHost, creators: Signer[], count: number, kind: string) {
  const contentIds: string[] = [];
  for (let index = 0; index < count; index++) {
    const creator = creators[index % creators.length];
    if (!creator) throw new Error('the chain has too few accounts');
    contentIds.push(await publish(host, creator, `${kind} ${index}`));
  }
  return contentIds;
}

async function publish(host: StreamHost, creator: Signer, cid: string): Promise<string> {
  const terms = { token: ZeroAddress, pricePerUnit: PRICE, providerShareBps: SHARE_BPS, unit: 0n };
  await host.connect(creator).publish({ cid, ...terms, name: cid, metadata: '' });
  return await host.contentIdOf(creator, ZeroAddress, cid);
}

function someAddress(name: string): string {
  return getAddress(`0x${id(name).slice(-40)}`);
}
