import { expect } from 'chai';
import type { Balance, Channel, ChannelOptions } from '../../client/index.ts';
import { ClientError, LimitReached } from '../../client/index.ts';
import type { Content } from '../../web/src/api/answers.ts';
import { takeText } from '../../web/src/pages/watch/sale/amounts.ts';
import { questionOf } from '../../web/src/pages/watch/sale/question.ts';
import { deposits, type Means, standingOf } from '../../web/src/playback/sale/deposits.ts';
import type { Sale } from '../../web/src/playback/sale/sale.ts';

const EMPTY = { deposit: 0n, left: 0n, awaited: 0n, limit: 0n };
/** Of the 5 that are paid one is for a minute that has not come. */
const PROMISED = { deposit: 20n, left: 15n, awaited: 1n, limit: 20n };

/** A deposit of 20 of which 5 are paid, and what is heard of its way back. */
function deposited(now: Partial<Balance> = { ...PROMISED, awaited: 0n }) {
  const heard: bigint[] = [];
  const stands: object[] = [];
  const channel = {
    balance: async () => now,
    close: async () => undefined,
    release: async () => undefined,
    collect: async () => undefined,
  };
  const kept = deposits({
    ...{ channels: {} as ChannelOptions, found: channel as unknown as Channel, host: 'https://host.example' },
    ...{ relayedFrom: null, isReleased: true, onDeposit: () => undefined },
    ...{ onBack: (amount) => heard.push(amount), signed: { fetch, last: async () => null } },
    onStanding: (changed) => stands.push(changed),
  });
  return { kept, heard, stands };
}

describe('a deposit that comes back', () => {
  const browser = globalThis as { localStorage?: unknown };
  const own = Object.getOwnPropertyDescriptor(browser, 'localStorage');
  before(() => {
    const value = { getItem: () => null };
    Object.defineProperty(browser, 'localStorage', { value, configurable: true, writable: true });
  });
  after(() => {
    if (own) Object.defineProperty(browser, 'localStorage', own);
    else delete browser.localStorage;
  });

  it('is told with what has come back, at once or after the delay', async () => {
    const { kept, heard } = deposited();
    await kept.balance();
    expect(heard).to.deep.equal([]);
    await kept.release(() => undefined);
    await kept.collect({ by: 'wallet' } as Means);
    expect(heard).to.deep.equal([15n, 20n]);
  });

  it('is told without a sum where a promised minute may have come back too', async () => {
    const { kept, heard } = deposited(PROMISED);
    await kept.release(() => undefined);
    expect(heard).to.deep.equal([0n]);
  });

  it('is what is named before it is taken: after the delay all that nobody has claimed', () => {
    const coin = { token_decimals: 18, token_symbol: 'ETH', token_verified: true };
    expect(takeText(coin as Content, { deposit: 20n * 10n ** 16n })).to.equal('Take 0.2 ETH');
  });

  it('is told where it was taken back elsewhere', async () => {
    const { kept, heard } = deposited(EMPTY);
    await kept.balance();
    expect(heard).to.deep.equal([0n]);
  });

  it('is not offered when the page opens: the chain is asked first, and what is stored counts where it is away', async () => {
    let limit = 20n;
    const channel = (balance: () => Promise<unknown>, isLeaving = false) =>
      ({ balance, isFunded: async () => limit > 0n, isLeaving: async () => isLeaving }) as unknown as Channel;
    const away = async () => {
      throw new ClientError('seller_unreachable', 'It does not answer.');
    };
    const back = channel(async () => {
      limit = 0n;
      return EMPTY;
    });
    const none = { hasDeposit: false, isLeaving: false };
    expect(await standingOf(null)).to.deep.equal({ ...none, left: null });
    expect(await standingOf(channel(away))).to.deep.equal({ ...none, hasDeposit: true, left: null });
    expect(await standingOf(channel(away, true))).to.include({ hasDeposit: true, isLeaving: true });
    expect(await standingOf(back)).to.deep.equal({ ...none, left: 0n });
  });

  it('is known to be asked back, from the page or elsewhere: nothing is paid from it then', async () => {
    const { kept, stands } = deposited();
    await kept.leave({ by: 'wallet' } as Means);
    const elsewhere = deposited({ ...PROMISED, withdrawableAtSec: 1_800_000_000 });
    await elsewhere.kept.balance();
    expect([stands, elsewhere.stands]).to.deep.equal([
      [{ isLeaving: true }],
      [{ isLeaving: true, left: 15n }],
    ]);
  });

  it('is not called used up', () => {
    const stopped = new LimitReached({ limit: 0n, spent: 0n, price: 1n });
    const decision = {
      content: { contract: '0x1', content_id: '0x2' } as Content,
      sale: {} as Sale,
      stopped,
    };
    const title = 'The deposit is taken back. What comes next is paid from a new one.';
    const askDeposit = () => undefined;
    expect(questionOf({ ...decision, hasDeposit: false, askDeposit })).to.deep.equal({ title });
    expect(questionOf({ ...decision, hasDeposit: true, askDeposit })).to.deep.include({
      title,
      act: askDeposit,
    });
    const used = new LimitReached({ limit: 20n, spent: 20n, price: 1n });
    expect(questionOf({ ...decision, stopped: used, hasDeposit: true, askDeposit })?.title).to.equal(
      'The deposit is used up.',
    );
  });

  it('leaves nothing to try again while it is asked for, and once it is back', () => {
    const stopped = new ClientError('withdrawal_pending', 'The viewer has asked for it.');
    const decision = { content: {} as Content, sale: {} as Sale, stopped, askDeposit: () => undefined };
    for (const [hasDeposit, title] of [
      [true, 'Here ends what is paid. To watch on, take the rest of your deposit, then pay anew.'],
      [false, 'What comes next is paid from a new deposit.'],
    ] as const) {
      expect(questionOf({ ...decision, hasDeposit })).to.deep.equal({ title });
    }
  });
});
