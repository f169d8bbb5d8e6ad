import { ZeroAddress } from 'ethers';
import { hex, logOf, START_SEC, wallet } from '../index/history.ts';

// A large host's history: the first video is the one that everybody watches and serves, its creator and the first provider
// are the busy wallets.

export const CHAIN_ID = 1_337;
export const CONTENTS = 100_000;
export const STREAMS = 100_000;
/** So that 20,000 blocks are two months. */
const BLOCK_SEC = 260;
const CREATORS = 1_000;
const VIEWERS = 100_000;
const PRICE = 10n ** 15n;
const PROVIDER_AMOUNT = (PRICE * 3n) / 10n;

const COLOURS = ['red', 'blue', 'green', 'amber', 'violet', 'silver', 'golden', 'scarlet', 'ivory', 'indigo'];
const PLACES = [
  'mountain',
  'river',
  'harbour',
  'island',
  'valley',
  'desert',
  'glacier',
  'forest',
  'canyon',
  'lagoon',
];
const KINDS = [
  'documentary',
  'concert',
  'lecture',
  'interview',
  'journey',
  'workshop',
  'portrait',
  'festival',
];

type Log = ReturnType<typeof logOf>;
const pick = (words: readonly string[], nth: number) => words[nth % words.length] ?? '';
const contentId = (nth: number) => hex(0xc0_0000_0000 + nth, 64);

export const timeOf = (block: number) => START_SEC + BLOCK_SEC * block;
export const cidOf = (nth: number) => `video ${nth}`;
export const creatorOf = (nth: number) => wallet(0xc1_0000_0000 + (nth % CREATORS));
export const providerOf = (nth: number) => wallet(0xb0_0000_0000 + nth);
/** Half of the names end in a number of their own. */
const nameOf = (nth: number) =>
  `The ${pick(COLOURS, nth)} ${pick(PLACES, Math.floor(nth / 10))} ${pick(KINDS, Math.floor(nth / 100))} ${nth}`;

export function publication(nth: number): Log {
  return logOf('ContentPublished', {
    ...{
      contentId: contentId(nth),
      creator: creatorOf(nth),
      token: ZeroAddress,
      cid: cidOf(nth),
      name: nameOf(nth),
    },
    ...{ pricePerUnit: PRICE, providerShareBps: 3_000n },
  });
}

/** All of them serve the first video. */
export function registration(nth: number): Log {
  return logOf('StreamRegistered', {
    ...{ contentId: contentId(0), provider: providerOf(nth), url: `https://p${nth}.example/` },
  });
}

const SHAPE = {
  content: '5c'.repeat(32),
  viewer: '5e'.repeat(20),
  provider: '5b'.repeat(20),
  creator: '5d'.repeat(20),
};
const shape = JSON.stringify(
  logOf('ViewPaid', {
    ...{
      contentId: `0x${SHAPE.content}`,
      viewer: `0x${SHAPE.viewer}`,
      payer: `0x${SHAPE.viewer}`,
      units: 1n,
    },
    ...{ provider: `0x${SHAPE.provider}`, creator: `0x${SHAPE.creator}` },
    ...{ creatorAmount: PRICE - PROVIDER_AMOUNT, providerAmount: PROVIDER_AMOUNT },
  }),
);

/** Every second one is of the first video. */
export function view(nth: number): Log {
  const content = nth % 2 === 0 ? 0 : (nth * 7_919) % CONTENTS;
  const parts = {
    content: contentId(content),
    viewer: wallet(0xa0_0000_0000 + ((nth * 104_729) % VIEWERS)),
    provider: providerOf(nth % 4 === 0 ? 0 : nth % 200),
    creator: creatorOf(content),
  };
  const text = Object.entries(parts).reduce(
    (log, [name, value]) => log.replaceAll(SHAPE[name as keyof typeof SHAPE], value.slice(2)),
    shape,
  );
  return JSON.parse(text);
}
