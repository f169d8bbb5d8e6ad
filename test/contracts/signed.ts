import type { TypedDataDomain, TypedDataField } from 'ethers';
import { members } from './members.ts';
import { newHost, PRICE, publication, published, SHARE_BPS, URL, type World } from './world.ts';

/** One of the calls that somebody else can submit for the creator. */
export interface SignedCall {
  /** Of the twin. */
  name: string;
  primaryType: string;
  fields: TypedDataField[];
  /** A state in which the creator can make the call. */
  fixture: () => Promise<World>;
  /** What is signed between the account and the nonce, and what the twin takes there. */
  values: (contentId: string) => Record<string, unknown>;
  args: (contentId: string) => unknown[];
  /** What the call logs. */
  event: string;
}

type OfContent = [name: string, primaryType: string, fixture: SignedCall['fixture'], event: string];

const TERMS = 'uint256 pricePerUnit, uint16 providerShareBps, uint8 unit';
const NEW_URL = `${URL}?signed`;

/** Fixture: the creator serves its own content. */
async function servedByCreator(): Promise<World> {
  const world = await published();
  await world.host.connect(world.creator).registerStream(world.contentId, URL);
  return world;
}

/** Fixture: new terms are scheduled. */
async function scheduled(): Promise<World> {
  const world = await published();
  await world.host.connect(world.creator).scheduleTerms(world.contentId, 5, 6, 0);
  return world;
}

export const SIGNED_CALLS: SignedCall[] = [
  {
    name: 'publishBySig',
    primaryType: 'Publish',
    fields: members(`string cid, address token, ${TERMS}, string name, string metadata`),
    fixture: newHost,
    values: () => ({ ...publication() }),
    args: () => [publication()],
    event: 'ContentPublished',
  },
  {
    name: 'scheduleTermsBySig',
    primaryType: 'ScheduleTerms',
    fields: members(`bytes32 contentId, ${TERMS}`),
    fixture: published,
    values: (contentId) => ({
      contentId,
      pricePerUnit: PRICE + 1n,
      providerShareBps: SHARE_BPS,
      unit: 0n,
    }),
    args: (contentId) => [contentId, PRICE + 1n, SHARE_BPS, 0n],
    event: 'TermsScheduled',
  },
  ofContent(['cancelTermsBySig', 'CancelTerms', scheduled, 'TermsCancelled']),
  ofContent(['retireBySig', 'Retire', published, 'ContentRetired']),
  ofUrl(['registerStreamBySig', 'RegisterStream', published, 'StreamRegistered']),
  ofUrl(['updateStreamBySig', 'UpdateStream', servedByCreator, 'StreamUpdated']),
  ofContent(['deregisterStreamBySig', 'DeregisterStream', servedByCreator, 'StreamDeregistered']),
];

function ofContent([name, primaryType, fixture, event]: OfContent): SignedCall {
  const values = (contentId: string) => ({ contentId });
  return {
    name,
    primaryType,
    fields: members('bytes32 contentId'),
    fixture,
    values,
    args: (contentId) => [contentId],
    event,
  };
}

function ofUrl([name, primaryType, fixture, event]: OfContent): SignedCall {
  const fields = members('bytes32 contentId, string url');
  const values = (contentId: string) => ({ contentId, url: NEW_URL });
  return { name, primaryType, fields, fixture, values, args: (contentId) => [contentId, NEW_URL], event };
}

/** Typed data of a call as `account` signs it. */
export function typedData(
  call: SignedCall,
  contentId: string,
  account: string,
  nonce: bigint,
  deadline: bigint,
) {
  const [account_, tail] = [members('address account'), members('uint256 nonce, uint256 deadline')];
  const types = { [call.primaryType]: [...account_, ...call.fields, ...tail] };
  return { types, message: { account, ...call.values(contentId), nonce, deadline } };
}

/** The domain that binds signatures to one contract on one chain. */
export function domainOf(verifyingContract: string, chainId: bigint): TypedDataDomain {
  return { name: 'StreamHost', version: '1', chainId, verifyingContract };
}
