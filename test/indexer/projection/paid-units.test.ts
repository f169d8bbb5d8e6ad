import { expect } from 'chai';
import fc from 'fast-check';
import type { ChainEvent } from '../../../indexer/contract/events.ts';
import type { Unit } from '../../../indexer/lib/unit.ts';
import type { IndexedBlock } from '../../../indexer/store/rows.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import { at, contentId, creator, listing, provider, rowsOf, viewer } from './sample.ts';

const NOTICE_SEC = 20;
const GRACE_SEC = 10;
const PRICE = { pricePerUnit: 10n, providerShareBps: 0 };

type Step = [act: 'pay' | 'schedule' | 'cancel' | 'retire' | 'publish', unit: Unit, laterSec: number];

/** As ContentRegistry.sol keeps terms: those in the first slot, and the change beside them. */
class Registry {
  private unit: Unit;
  private retired = false;
  private next: { unit: Unit; retired: boolean; atSec: number } | null = null;
  constructor(unit: Unit) {
    this.unit = unit;
  }

  inForce(nowSec: number): { unit: Unit; retired: boolean } {
    return this.next && nowSec >= this.next.atSec ? this.next : { unit: this.unit, retired: this.retired };
  }

  /** @returns the event; `null` where the contract refuses. */
  act([name, unit]: Step, nowSec: number): ChainEvent | null {
    const before = this.inForce(nowSec);
    const isPending = this.next !== null && nowSec < this.next.atSec;
    if (name === 'pay') {
      const paid = { units: 1, creatorAmount: 10n, providerAmount: 0n };
      return before.retired
        ? null
        : ({ name: 'ViewPaid', contentId, viewer, provider, ...paid } as ChainEvent);
    }
    if (name === 'cancel') {
      if (!isPending) return null;
      this.next = null;
      return { name: 'TermsCancelled', contentId };
    }
    if (before.retired !== (name === 'publish')) return null;
    if (this.next && !isPending && nowSec < this.next.atSec + GRACE_SEC) return null;
    const effectiveAtSec = nowSec + NOTICE_SEC;
    [this.unit, this.retired] = [before.unit, before.retired];
    this.next = {
      unit: name === 'retire' ? before.unit : unit,
      retired: name === 'retire',
      atSec: effectiveAtSec,
    };
    const told = { contentId, effectiveAtSec, ...PRICE };
    if (name === 'retire') return { name: 'ContentRetired', ...told, unit: before.unit };
    if (name === 'schedule')
      return {
        ...{ name: 'TermsScheduled', ...told, unit, unitBefore: before.unit },
        ...{ pricePerUnitBefore: PRICE.pricePerUnit, providerShareBpsBefore: PRICE.providerShareBps },
      };
    return published(unit, effectiveAtSec);
  }
}

function published(unit: Unit, effectiveAtSec: number): ChainEvent {
  const { cid, token } = listing;
  const named = { creator: String(creator), cid, token, videoName: '', metadata: '' };
  return { name: 'ContentPublished', contentId, ...named, ...PRICE, unit, effectiveAtSec };
}

function blockOf(number: number, timestampSec: number, event: ChainEvent): IndexedBlock {
  const place = { ...at, blockNumber: number, timestampSec, txHash: `0x${number}` };
  const [hash, parentHash] = [`${number}`, `${number - 1}`];
  return { number, hash, parentHash, timestampSec, changes: rowsOf(event, undefined, {}, place) };
}

const unit = fc.constantFrom<Unit>('view', 'minute', 'day');
const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('pay', 'pay', 'schedule', 'schedule', 'cancel', 'retire', 'publish'),
  unit,
  fc.constantFrom(0, 1, GRACE_SEC, NOTICE_SEC - 1, NOTICE_SEC, NOTICE_SEC + GRACE_SEC),
);

describe('the unit of a payment', () => {
  it('is the one in force at its block, through whatever was announced before and since', async () => {
    await fc.assert(
      fc.asyncProperty(unit, fc.array(step, { maxLength: 40 }), async (first, steps) => {
        const registry = new Registry(first);
        const store = openSqliteStore({ path: ':memory:' });
        let [nowSec, number] = [at.timestampSec, 1];
        const expected: Unit[] = [];
        const blocks = [blockOf(number, nowSec, published(first, nowSec))];
        for (const one of steps) {
          nowSec += one[2];
          const event = registry.act(one, nowSec);
          if (event === null) continue;
          if (event.name === 'ViewPaid') expected.push(registry.inForce(nowSec).unit);
          blocks.push(blockOf(++number, nowSec, event));
        }
        await store.commitBlocks(blocks, { undoable: true });
        const asked = { contract: at.contract, contentId, provider: String(provider), payer: String(viewer) };
        const paid = await store.paidDirectly(asked);
        await store.close();
        expect(paid.map((payment) => payment.unit)).to.deep.equal(expected);
      }),
      { numRuns: 200 },
    );
  });
});
