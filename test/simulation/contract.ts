import { AbiCoder, keccak256, id as keccakText, toBeHex, ZeroAddress } from 'ethers';
import { contentIdOf } from '../../indexer/contract/content-id.ts';
import { hostInterface } from '../../indexer/contract/interface.ts';
import { splitRoundingProviderDown } from '../../indexer/lib/money.ts';

/** An event of the contract: its name in the ABI, and its values in the ABI's order. */
export type Emitted = readonly [name: string, values: readonly unknown[]];

interface Terms {
  price: bigint;
  share: number;
  unit: number;
}
interface Content extends Terms {
  creator: string;
  token: string;
  cid: string;
  retired: boolean;
  scheduled: (Terms & { atSec: number; retires: boolean }) | null;
}
interface Channel {
  viewer: string;
  provider: string;
  token: string;
  deposit: bigint;
  epoch: number;
  nextSeq: number;
  leaving: boolean;
}

export const CONTRACT = `0x${'5c'.repeat(20)}`;
export const TOKENS = [ZeroAddress, `0x${'70'.repeat(20)}`] as const;
export const WALLETS = Array.from({ length: 6 }, (_, index) => `0x${`a${index}`.repeat(20)}`);
const NOTICE_SEC = 100;
const coder = AbiCoder.defaultAbiCoder();

/** What the contract holds after a block: what it answers when it is asked, and what can happen next. Rows are never changed. */
export class ContractState {
  readonly contents: Map<string, Content>;
  /** URLs, by content and provider. */
  readonly streams: Map<string, string>;
  /** By account and token. */
  readonly credits: Map<string, bigint>;
  readonly channels: Map<string, Channel>;
  readonly balances: Map<string, bigint>;

  constructor(before?: ContractState) {
    this.contents = new Map(before?.contents);
    this.streams = new Map(before?.streams);
    this.credits = new Map(before?.credits);
    this.channels = new Map(before?.channels);
    this.balances = new Map(before?.balances);
  }

  credit(account: string, token: string, amount: bigint): void {
    const key = `${account} ${token}`;
    this.credits.set(key, (this.credits.get(key) ?? 0n) + amount);
  }

  receive(token: string, amount: bigint): void {
    this.balances.set(token, (this.balances.get(token) ?? 0n) + amount);
  }

  /** A content as it is at this time: what was scheduled may be in force. */
  contentAt(id: string, sec: number): Content {
    const content = this.contents.get(id);
    if (!content) throw new Error(`no content ${id}`);
    const { scheduled, ...now } = content;
    if (!scheduled || scheduled.atSec > sec) return content;
    const { retires, atSec: _, ...terms } = scheduled;
    return retires
      ? { ...now, retired: true, scheduled: null }
      : { ...now, ...terms, retired: false, scheduled: null };
  }

  /** What `eth_call` answers. */
  call(data: string, sec: number): string {
    const call = hostInterface.parseTransaction({ data });
    const [first, second] = (call?.args ?? []).map((value: unknown) => String(value).toLowerCase());
    if (call?.name === 'credits')
      return coder.encode(['uint256'], [this.credits.get(`${first} ${second}`) ?? 0n]);
    if (call?.name === 'streamOf')
      return coder.encode(['string'], [this.streams.get(`${first} ${second}`) ?? '']);
    const { creator, token, price, share, unit, retired, scheduled } = this.contentAt(first ?? '', sec);
    const next = scheduled ?? { atSec: 0, retires: false, price: 0n, share: 0, unit: 0 };
    return hostInterface.encodeFunctionResult('termsOf', [
      [
        ...[creator, token, price, share, unit, retired],
        [next.atSec, next.retires, next.price, next.share, next.unit],
      ],
    ]);
  }
}

export type Chance = () => number;

const some = <Item>(random: Chance, items: readonly Item[]) =>
  items[Math.floor(random() * items.length)] as Item;
const upTo = (random: Chance, most: number) => 1 + Math.floor(random() * most);

/** One call of somebody, as far as it can succeed now: changes the state. @param unique tells names apart. */
type Act = (state: ContractState, random: Chance, sec: number, unique: string) => Emitted[];

const publish: Act = (state, random, sec, unique) => {
  const [creator, token] = [some(random, WALLETS), some(random, TOKENS)];
  const cid = `not-a-cid-${unique}`;
  const content = {
    ...{ creator, token, cid, price: BigInt(upTo(random, 1_000)), share: upTo(random, 9_999) },
    ...{ unit: Math.floor(random() * 3), retired: false, scheduled: null },
  };
  const id = contentIdOf(creator, token, cid);
  state.contents.set(id, content);
  const values = [id, creator, token, content.price, content.share, content.unit, sec];
  return [
    ['ContentPublished', [...values, cid, `Film ${unique}`, '{}']],
    ...(random() < 0.7 ? serve(state, random, id) : []),
  ];
};

const ofContent =
  (act: (state: ContractState, random: Chance, sec: number, id: string, unique: string) => Emitted[]): Act =>
  (state, random, sec, unique) => {
    const ids = [...state.contents.keys()];
    return ids.length === 0
      ? publish(state, random, sec, unique)
      : act(state, random, sec, some(random, ids), unique);
  };

function serve(state: ContractState, random: Chance, id: string): Emitted[] {
  const provider = some(random, WALLETS);
  const [key, url] = [`${id} ${provider}`, `https://p${upTo(random, 99_999)}.example/`];
  const isNew = !state.streams.has(key);
  state.streams.set(key, url);
  return [[isNew ? 'StreamRegistered' : 'StreamUpdated', [id, provider, url]]];
}

const stopServing: Act = (state, random, sec, unique) => {
  const key = some(random, [...state.streams.keys()]);
  if (key === undefined) return publish(state, random, sec, unique);
  state.streams.delete(key);
  return [['StreamDeregistered', key.split(' ')]];
};

function split(state: ContractState, content: Content, provider: string, units: number) {
  const amount = content.price * BigInt(units);
  const parts = splitRoundingProviderDown(amount, content.share);
  state.credit(content.creator, content.token, parts.creatorAmount);
  state.credit(provider, content.token, parts.providerAmount);
  return { ...parts, amount };
}

const pay = ofContent((state, random, sec, id) => {
  const content = state.contentAt(id, sec);
  const [viewer, provider, units] = [some(random, WALLETS), some(random, WALLETS), upTo(random, 4)];
  const { creatorAmount, providerAmount, amount } = split(state, content, provider, units);
  state.receive(content.token, amount);
  return [['ViewPaid', [id, viewer, provider, units, creatorAmount, providerAmount]]];
});

const sponsor = ofContent((state, random, sec, id, unique) => {
  const content = state.contentAt(id, sec);
  const by = some(random, WALLETS);
  const views = Array.from({ length: upTo(random, 4) }, (_, index) => {
    const [viewer, provider, units] = [some(random, WALLETS), some(random, WALLETS), upTo(random, 4)];
    const { creatorAmount, providerAmount, amount } = split(state, content, provider, units);
    state.receive(content.token, amount);
    const ref = keccakText(`ref ${unique} ${index}`);
    const number = (value: bigint | number, bytes: number) => toBeHex(value, bytes).slice(2);
    const who = viewer.slice(2) + provider.slice(2);
    const when = number(units, 4) + number(sec - upTo(random, 9_000), 5) + number(index, 4);
    return who + when + ref.slice(2) + number(creatorAmount, 13) + number(providerAmount, 13);
  });
  const paid: Emitted = ['ViewsSponsored', [by, id, content.price, 7n, `0x${views.join('')}`]];
  const skipped: Emitted = ['ViewSkipped', [by, id, keccakText(`skipped ${unique}`), 3n, 1]];
  if (random() < 0.5) return [paid, ...(random() < 0.5 ? [skipped] : [])];
  const surplus = BigInt(upTo(random, 50));
  state.credit(by, content.token, surplus);
  state.receive(content.token, surplus);
  return [paid, ['SurplusCredited', [by, content.token, surplus]]];
});

const withdraw: Act = (state, random, sec, unique) => {
  const key = some(
    random,
    [...state.credits].filter(([, amount]) => amount > 0n).map(([name]) => name),
  );
  if (key === undefined) return pay(state, random, sec, unique);
  const [account = '', token = ''] = key.split(' ');
  const amount = state.credits.get(key) ?? 0n;
  state.credit(account, token, -amount);
  state.receive(token, -amount);
  return [['Withdrawn', [account, token, some(random, WALLETS), amount]]];
};

const changeTerms = ofContent((state, random, sec, id) => {
  const content = state.contentAt(id, sec);
  if (content.scheduled) {
    state.contents.set(id, { ...content, scheduled: null });
    return [['TermsCancelled', [id]]];
  }
  const atSec = sec + upTo(random, NOTICE_SEC);
  const before = [content.price, content.share, content.unit];
  if (content.retired || random() < 0.7) {
    const next = { price: BigInt(upTo(random, 1_000)), share: upTo(random, 9_999), unit: upTo(random, 2) };
    state.contents.set(id, { ...content, scheduled: { ...next, atSec, retires: false } });
    const terms = [next.price, next.share, next.unit, atSec];
    if (!content.retired) return [['TermsScheduled', [id, ...terms, ...before]]];
    const { creator, token, cid } = content;
    return [['ContentPublished', [id, creator, token, ...terms, cid, 'Again', '']]];
  }
  const [price, share, unit] = [content.price, content.share, content.unit];
  state.contents.set(id, { ...content, scheduled: { price, share, unit, atSec, retires: true } });
  return [['ContentRetired', [id, atSec, ...before]]];
});

const open: Act = (state, random, _, unique) => {
  const [viewer, provider, authorizer] = [
    some(random, WALLETS),
    some(random, WALLETS),
    some(random, WALLETS),
  ];
  const [token, salt] = [some(random, TOKENS), keccakText(`salt ${unique}`)];
  const types = ['address', 'address', 'address', 'address', 'bytes32'];
  const id = keccak256(coder.encode(types, [viewer, provider, token, authorizer, salt]));
  const deposit = BigInt(upTo(random, 100_000));
  state.channels.set(id, { viewer, provider, token, deposit, epoch: 1, nextSeq: 0, leaving: false });
  state.receive(token, deposit);
  return [
    ['ChannelOpened', [id, viewer, provider, token, authorizer, salt]],
    ['Deposited', [id, viewer, deposit]],
  ];
};

const moveChannel: Act = (state, random, sec, unique) => {
  const id = some(random, [...state.channels.keys()]);
  const channel = state.channels.get(id);
  if (!channel || channel.deposit === 0n) return open(state, random, sec, unique);
  if (channel.leaving && random() < 0.5) {
    state.channels.set(id, { ...channel, leaving: false });
    return [['WithdrawCancelled', [id]]];
  }
  if (!channel.leaving && random() < 0.4) {
    state.channels.set(id, { ...channel, leaving: true });
    return [['WithdrawInitiated', [id, sec + NOTICE_SEC]]];
  }
  if (!channel.leaving && random() < 0.5) {
    const amount = BigInt(upTo(random, 5_000));
    state.channels.set(id, { ...channel, deposit: channel.deposit + amount });
    state.receive(channel.token, amount);
    return [['Deposited', [id, some(random, WALLETS), amount]]];
  }
  const epoch = channel.epoch + 1;
  state.credit(channel.viewer, channel.token, channel.deposit);
  state.channels.set(id, { ...channel, deposit: 0n, epoch, leaving: false });
  return [[channel.leaving ? 'WithdrawFinalized' : 'ChannelReleased', [id, channel.deposit, epoch]]];
};

/** A claim of several vouchers, of which one may be rejected. */
const claim: Act = (state, random, sec, unique) => {
  const funded = [...state.channels].filter(([, { deposit }]) => deposit > 0n);
  const [id, first] = some(random, funded) ?? [];
  if (!id || !first) return open(state, random, sec, unique);
  const { provider, token } = first;
  const contents = [...state.contents].filter(([, content]) => content.token === token).slice(0, 3);
  if (contents.length === 0) return publish(state, random, sec, unique);
  const terms = contents.map(([contentId]) => ({ contentId, ...state.contentAt(contentId, sec) }));
  const batch: Emitted = [
    'ClaimBatch',
    [provider, token, terms.map(({ contentId, price, share }) => [contentId, price, share])],
  ];
  let channel = first;
  const vouchers = Array.from({ length: upTo(random, 3) }, (): Emitted => {
    const items = terms.map((content, index) => ({ content, index, units: upTo(random, 2) }));
    const total = items.reduce((sum, { content, units }) => sum + content.price * BigInt(units), 0n);
    const seq = channel.nextSeq;
    if (total > channel.deposit) return ['VoucherRejected', [id, seq, 2]];
    for (const { content, units } of items) split(state, content, provider, units);
    channel = { ...channel, deposit: channel.deposit - total, nextSeq: seq + 1 };
    const packed = items.map(({ index, units }) => toBeHex(index, 2).slice(2) + toBeHex(units, 4).slice(2));
    return ['VoucherClaimed', [id, seq, `0x${packed.join('')}`]];
  });
  state.channels.set(id, channel);
  return [batch, ...vouchers];
};

const nameDelegate: Act = (_, random) => [
  ['ClaimDelegateSet', [some(random, WALLETS), some(random, WALLETS)]],
];
const useNonces: Act = (_, random) => [['NonceInvalidated', [some(random, WALLETS), 9n, 6n]]];

const ACTS: readonly Act[] = [
  ...[publish, pay, pay, pay, sponsor, withdraw, changeTerms, changeTerms, stopServing],
  ofContent((state, random, _, id) => serve(state, random, id)),
  ...[open, moveChannel, moveChannel, claim, claim, nameDelegate, useNonces],
];

/** What a call makes happen, somewhere in the contract. */
export function anyAct(state: ContractState, random: Chance, sec: number, unique: string): Emitted[] {
  return some(random, ACTS)(state, random, sec, unique);
}

/** As often as it is asked, the same call: logs of one kind, in one block. */
export function payment(state: ContractState, random: Chance, sec: number, unique: string): Emitted[] {
  return pay(state, random, sec, unique);
}
