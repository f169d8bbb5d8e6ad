import { ZeroAddress } from 'ethers';
import { claim, openChannel, type TestChannel } from './channels.ts';
import { CID, PRICE, type World } from './world.ts';

let days = 0;

/** Something of everything that can happen, about thirty blocks; each call with contents of its own. */
export async function busyDay(world: World): Promise<void> {
  const { creator, provider, viewer, sponsor } = world;
  const day = ++days;
  const first = await world.publish(`first of day ${day}`);
  const second = await world.publish(`second of day ${day}`, viewer);
  for (let units = 1; units <= 6; units++) await world.pay(first, { units });
  await world.pay(second, { viewer: sponsor });
  await world.act(creator, 'withdraw', [ZeroAddress]);
  await world.act(viewer, 'registerStream', [first, 'http://viewer.example/v']);
  await world.pay(first, { provider: viewer });
  await world.sponsorViews(
    first,
    [1, 2, 3].map((n) => ({ counter: n + 10 * day, viewTimeSec: 1_700_000_000 + n })),
  );
  await world.sponsorViews(second, [{ counter: 4 + 10 * day, viewTimeSec: 1_700_000_050 }], { surplus: 9n });
  await world.act(viewer, 'deregisterStream', [first]);
  await world.act(provider, 'updateStream', [first, 'http://moved.example/']);
  await world.act(creator, 'scheduleTerms', [first, PRICE + 1n, 100, 1]);
  await world.act(creator, 'cancelTerms', [first]);
  await world.act(viewer, 'retire', [second]);
  await world.act(sponsor, 'invalidateNonces', [2n ** 240n + BigInt(day), 6n]);
  const channel = await openChannel(world, 10n * PRICE);
  await claim(world, channel, { seq: 0, units: 2, contentIds: [first, second] });
  await claim(world, channel, { seq: 0, units: 1, contentIds: [first] }); // rejected: the number is used
  await world.act(viewer, 'initiateWithdraw', channel.named);
  await world.act(provider, 'release', [channel.whole]);
  await world.act(provider, 'setClaimDelegate', [sponsor]);
  await world.act(provider, 'withdraw', [ZeroAddress]);
  for (let units = 1; units <= 4; units++) await world.pay(first, { units });
}

/** `depth` blocks in which views, streams, terms, credits and withdrawals change; `variant` tells forks apart. */
export async function fork(world: World, contentId: string, depth: number, variant: number): Promise<void> {
  const { creator, provider, viewer, sponsor } = world;
  const steps = [
    () => world.pay(contentId, { units: variant }),
    () => world.pay(contentId, { units: 2 * variant, viewer: sponsor }),
    () => world.act(provider, 'updateStream', [contentId, `http://${variant}.example/`]),
    () => world.act(creator, 'scheduleTerms', [contentId, PRICE + BigInt(variant), variant, 1]),
    () =>
      world.sponsorViews(contentId, [
        { counter: variant * 1000 + round, viewTimeSec: 1_700_000_000 + round },
      ]),
    () => world.act(creator, 'withdraw', [ZeroAddress]),
    async () => {
      channel = await openChannel(world, PRICE * BigInt(4 * variant));
    },
    () => channel && claim(world, channel, { seq: variant, units: variant, contentIds: [contentId] }),
    () => channel && world.act(viewer, 'initiateWithdraw', channel.named),
    () => channel && world.act(provider, 'release', [channel.whole]),
    () => world.publish(`${CID}-${variant}-${round}`, viewer),
    () => world.act(provider, 'deregisterStream', [contentId]),
    () => world.act(creator, 'cancelTerms', [contentId]),
    () => world.act(provider, 'registerStream', [contentId, `http://again-${variant}.example/`]),
  ];
  let channel: TestChannel | undefined;
  let round = 0;
  const until = (await world.node.head()) + depth;
  for (; (await world.node.head()) < until; round++) await steps[round % steps.length]?.();
}
