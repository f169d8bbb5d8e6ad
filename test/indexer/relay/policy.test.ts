import { expect } from 'chai';
import { createMemoryCounters } from '../../../indexer/counters/memory.ts';
import {
  exceptOwn,
  limitsOfViewers,
  type RelayLimits,
  type Reservation,
  relayPolicy,
} from '../../../indexer/relay/policy.ts';
import type { Book } from '../../../indexer/store/book.ts';
import { openSqliteBook } from '../../../indexer/store/sqlite/book/book.ts';

const [WALLET, OTHER] = [
  '0xaAaAaAaaAaAaAaaAaAAAAAAAAaaaAaAaAaaAaaAa',
  '0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB',
];
const LIMITS: RelayLimits = {
  mode: 'open',
  allowlist: [],
  gasPerDay: 100n,
  gasPerWallet: 60n,
  gasPerClient: 80n,
};
/** A quarter of an hour before midnight. */
const LATE_MS = Date.UTC(2026, 0, 2, 23, 45);

describe('relayPolicy()', () => {
  let book: Book;
  let nowMs: number;
  beforeEach(() => {
    book = openSqliteBook({ path: ':memory:' });
    nowMs = LATE_MS;
  });
  afterEach(() => book.close());

  /** As after each start: the book is kept, the counters begin anew. */
  const start = (change: Partial<RelayLimits> = {}) => {
    const clock = () => nowMs;
    return relayPolicy(
      { ...LIMITS, ...change },
      { book, counters: createMemoryCounters(clock), nowMs: clock },
    );
  };
  const isCounted = (answer: object): answer is Reservation => 'charge' in answer;

  it('objects to all while it is off, to strangers with a list, to nobody while it is open', () => {
    const allowlist = [WALLET.toLowerCase()];
    expect(start({ mode: 'off', allowlist }).objection(WALLET)).to.match(/submits no calls/);
    expect(start({ mode: 'allowlist', allowlist }).objection(WALLET)).to.equal(null);
    expect(start({ mode: 'allowlist', allowlist }).objection(OTHER)).to.match(/listed/);
    expect(start().objection(OTHER)).to.equal(null);
  });

  it('of viewers takes everybody unless it is off, and leaves half of the day to the wallets that are listed', async () => {
    const listed: Partial<RelayLimits> = { mode: 'allowlist', allowlist: [OTHER], gasPerWallet: 100n };
    const viewers = start(limitsOfViewers({ ...LIMITS, ...listed }));
    expect(viewers.objection(WALLET)).to.equal(null);
    expect(start(limitsOfViewers({ ...LIMITS, mode: 'off' })).objection(WALLET)).to.match(/submits no calls/);
    expect(isCounted(await viewers.reserve(WALLET, 'one', 40n))).to.equal(true);
    expect(await viewers.reserve(WALLET, 'one', 11n)).to.deep.include({ retryAfterSec: 900 });
    expect(isCounted(await start(listed).reserve(OTHER, 'two', 60n))).to.equal(true);
  });

  it("objects to nothing of the operator's own wallets, and counts nothing of them", async () => {
    const policy = exceptOwn(start({ mode: 'allowlist', gasPerDay: 0n }), [undefined, WALLET.toUpperCase()]);
    expect(policy.objection(WALLET)).to.equal(null);
    expect(policy.objection(OTHER)).to.match(/listed/);
    expect(isCounted(await policy.reserve(WALLET, 'here', 1_000n))).to.equal(true);
    expect(isCounted(await policy.reserve(OTHER, 'here', 80n))).to.equal(false);
  });

  it("says how long until the day's gas, or the wallet's, is there again", async () => {
    const policy = start();
    expect(await policy.reserve(WALLET, 'here', 61n)).to.deep.equal({
      spent: 'The gas that this host spends on calls of this wallet in a day is spent.',
      retryAfterSec: 900,
    });
    await policy.reserve(WALLET, 'here', 60n);
    const { spent } = (await policy.reserve(OTHER, 'there', 41n)) as { spent: string };
    expect(spent).to.equal('The gas that this host spends on calls of wallets in a day is spent.');
  });

  it("gives an address's gas back a day after its first call", async () => {
    const policy = start({ gasPerWallet: 1_000n, gasPerDay: 1_000n });
    await policy.reserve(WALLET, 'here', 80n);
    nowMs += 3_600_000;
    expect(await policy.reserve(OTHER, 'here', 1n)).to.include({ retryAfterSec: 82_800 });
    expect(isCounted(await policy.reserve(OTHER, 'there', 80n))).to.equal(true);
    nowMs += 82_800_000;
    expect(isCounted(await policy.reserve(OTHER, 'here', 80n))).to.equal(true);
  });

  it('is not filled again by a restart, but by the next day', async () => {
    await start().reserve(WALLET, 'here', 60n);
    expect(isCounted(await start().reserve(WALLET, 'here', 1n))).to.equal(false);
    nowMs += 900_000;
    expect(isCounted(await start().reserve(WALLET, 'here', 60n))).to.equal(true);
  });

  it('counts nothing of what it refuses', async () => {
    const policy = start();
    for (const each of [1, 2, 3]) {
      expect(isCounted(await policy.reserve(WALLET, 'here', 61n)), `${each}`).to.equal(false);
    }
    expect(isCounted(await policy.reserve(WALLET, 'here', 60n))).to.equal(true);
  });

  it('gives back what was not needed, to the day it was taken from', async () => {
    const policy = start();
    const reserved = await policy.reserve(WALLET, 'here', 60n);
    if (!isCounted(reserved)) throw new Error('there was enough');
    await reserved.charge(40n);
    expect(isCounted(await policy.reserve(WALLET, 'here', 21n))).to.equal(false);
    const rest = await policy.reserve(WALLET, 'here', 20n);
    if (!isCounted(rest)) throw new Error('there was enough');
    nowMs += 900_000;
    await rest.charge(0n);
    expect(isCounted(await policy.reserve(WALLET, 'there', 61n))).to.equal(false);
  });
});
