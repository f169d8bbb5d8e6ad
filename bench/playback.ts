import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchCase, cost, type Measurement, median, quantile, rate } from './case.ts';
import { ended, startMain } from './children.ts';
import { postedBy } from './playback/clients.ts';
import { measureFirstFrame } from './playback/first-frame.ts';
import { soldInALoop } from './playback/floor.ts';
import { runningVouchers, type Signed } from './playback/vouchers.ts';
import { chainOf, openChannels, PRICE, sellVideo } from './playback/world.ts';

const RUNS = 3;
const CLIENTS = 64;
const UNITS = 60;
const DEPOSIT = 2n * BigInt(UNITS) * PRICE;

/**
 * Keys of a protected video, each for a voucher that has grown by a minute, by one thread; another one recovers signatures, a
 * quarter of the work. Beside the hash, the recovery and the rows alone, in a loop.
 */
export const playback: BenchCase = {
  name: 'playback',
  by: 'node:net',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'stream-host-bench-'));
    const host = await startMain(join(folder, 'host'), 'inherit', { LOG_LEVEL: 'error' });
    try {
      return await measure(host.url, folder);
    } finally {
      await ended(host.process);
      await rm(folder, { recursive: true });
    }
  },
};

async function measure(url: string, folder: string): Promise<Measurement[]> {
  const video = await sellVideo(url, folder, UNITS);
  const facts = await chainOf(url);
  const { chain_id: chainId } = facts;
  const of = { chainId, contract: facts.contract.toLowerCase(), unitPrice: PRICE, units: UNITS };
  const floors: number[] = [];
  const rates: number[] = [];
  const p99s: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const channels = await openChannels(url, facts, CLIENTS, DEPOSIT);
    const signed = channels.map(({ channelId, key }) =>
      runningVouchers(key, { ...of, channelId, contentId: video.contentId }),
    );
    // As they come in: the first of each client, then the second.
    const inTurn = Array.from({ length: UNITS }, (_, unit) =>
      signed.flatMap((own) => own[unit] ?? []),
    ).flat();
    floors.push(await soldInALoop(join(folder, `floor-${run}.sqlite`), inTurn, { chainId, atOnce: CLIENTS }));
    const bodies = signed.map((own) => own.map(bodyOf));
    const sold = await postedBy(`${url}/play/${video.cid}/keys`, bodies);
    rates.push(inTurn.length / sold.sec);
    p99s.push(quantile(sold.tookMs, 0.99));
  }
  return [
    rate('keysPerSec', rates, '1/s', floors, 800),
    cost('keysP99Ms', median(p99s), 'ms', 100),
    ...(await measureFirstFrame(url, facts)),
  ];
}

/** Of the last unit that the voucher pays for. */
function bodyOf({ channelId, epoch, seq, items, signature }: Signed): string {
  const units = items.map((item) => item.units - 1);
  const sent = items.map(({ contentId, units: paid, unitPrice }) => [
    contentId,
    String(paid),
    String(unitPrice),
  ]);
  return JSON.stringify({ units, voucher: { channelId, epoch, seq, items: sent }, signature });
}
